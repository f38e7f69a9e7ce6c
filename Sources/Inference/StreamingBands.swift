import Bioreactor
import ModelLanguage
import Statistics

/// Quantiles of a culture over draws of its parameters, in memory that does not grow with their
/// number: each draw is simulated, counted into sketches and forgotten.
public struct StreamingBands: Sendable {
  /// Relative accuracy of every quantile.
  public static let relativeAccuracy = 0.001
  /// Draws that a thread takes at a time.
  static let chunk = 64

  /// What is read off a snapshot: the series of a simulation.
  public typealias Reading = @Sendable (Snapshot) -> [Double]

  /// The instants.
  public let instants: [Instant]
  /// Draws that were simulated.
  public let draws: Int
  /// Draws whose simulation ended early or gave a number that is not finite; they are not counted.
  public let lost: Int
  /// Quantiles, series by series, instant by instant.
  public let series: [[Quantiles]]

  /// Simulates `draws` draws and takes the quantiles of `width` numbers that `reading` gives at each
  /// instant.
  ///
  /// The result is the same for any number of threads: draws are told apart by their index, and
  /// sketches merge in any order. `progress` is called now and then with the share that is done.
  /// Throws `Posterior.Refusal` when more than 1 % of the draws are lost.
  public init(
    _ distribution: ParameterDistribution, _ culture: Culture, instants: [Instant], draws: Int,
    seed: UInt64, width: Int, options: SimulationOptions, threads: Int, reading: @escaping Reading,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(Posterior.Refusal) {
    let workers = max(1, min(threads, (draws + StreamingBands.chunk - 1) / StreamingBands.chunk))
    let parts = Parallel.map(chunksOf: 1, count: workers, threads: workers) {
      ()
    } body: { _, worker -> Tally in
      var tally = Tally(count: instants.count * width)
      let ensemble = CultureEnsemble(culture, instants: instants, options: options.stepOptions)
      var start = worker * StreamingBands.chunk
      while start < draws {
        if worker == 0 { progress(Double(start) / Double(draws)) }
        for index in start..<min(start + StreamingBands.chunk, draws) {
          guard
            let path = ensemble.path(
              index, of: draws, draw: { distribution.draw($0, seed: seed) })
          else {
            tally.lost += 1
            continue
          }
          tally.count(path.flatMap(reading))
        }
        start += workers * StreamingBands.chunk
      }
      return tally
    }
    var total = Tally(count: instants.count * width)
    for part in parts { total.merge(part) }
    guard total.lost * 100 <= draws else {
      throw Posterior.Refusal(
        description:
          "\(total.lost) of \(draws) draws could not be simulated to the end, so no bands "
          + "are given. Shorten the simulation, or hold the parameters that lead there with --set.")
    }
    self.instants = instants
    self.draws = draws
    lost = total.lost
    let sketches = total.sketches
    do {
      series = try (0..<width).map { k in
        try instants.indices.map { instant in
          let sketch = sketches[instant * width + k]
          return Quantiles(values: try Quantiles.levels.map { try sketch.quantile($0) })
        }
      }
    } catch {
      throw Posterior.Refusal(description: "The draws could not be summarised: \(error).")
    }
  }

  /// What one thread has counted.
  private struct Tally: Sendable {
    var sketches: [QuantileSketch]
    var lost = 0

    init(count: Int) {
      sketches = (0..<count).map { _ in
        QuantileSketch(relativeAccuracy: StreamingBands.relativeAccuracy)
      }
    }

    mutating func count(_ values: [Double]) {
      guard values.count == sketches.count, values.allSatisfy(\.isFinite) else {
        lost += 1
        return
      }
      for (index, value) in values.enumerated() { try? sketches[index].add(value) }
    }

    mutating func merge(_ other: Tally) {
      lost += other.lost
      for (index, sketch) in other.sketches.enumerated() { try? sketches[index].merge(sketch) }
    }
  }
}
