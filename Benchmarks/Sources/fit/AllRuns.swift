import Bioreactor
import Foundation
import Inference
import ModelLanguage
import Quantities
import RunRecords
import Timing

/// Every run of the reference problem, fitted from the text model as `thymus fit` does it.
///
/// The runs are made here, not read from a run folder: most have a reading of lactate below 0, from
/// additive noise, which a run file refuses.
struct AllRuns {
  private let cultures: [Culture]
  private let options: FitOptions
  private let threads: Int
  private let rounds: Int

  /// Words of the command line: MODEL FOLDER all RTOL THREADS ROUNDS COUNT behind the tool's name.
  init(model: Model, words: [String]) throws {
    guard words.count == 8, let tolerance = Double(words[4]), let threads = Int(words[5]),
      let rounds = Int(words[6]), let count = Int(words[7])
    else { throw Unanswerable("MODEL FOLDER all RTOL THREADS ROUNDS COUNT") }
    cultures = try AllRuns.read(words[2] + "/monod4.csv").prefix(count)
      .map { try Culture(model: model, run: $0) }
    var options = FitOptions()
    options.starts = 1
    options.checksProfiles = false
    options.relativeTolerance = tolerance
    options.absoluteTolerance = tolerance / 100
    self.options = options
    self.threads = threads
    self.rounds = rounds
  }

  /// Optima in the order of the runs; seconds of wall and of processor time of each round.
  func record() throws -> String {
    var optima: [[Double]] = []
    var simulations = 0
    var (wall, processor): ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      let start = (wall: Stopwatch.wall(), processor: Stopwatch.process())
      let (cultures, options) = (cultures, options)
      let fits = Parallel.map(chunksOf: 1, count: cultures.count, threads: threads) {
      } body: {
        try? Fit.run(cultures[$1], options: options)
      }
      wall.append(Stopwatch.wall() - start.wall)
      processor.append(Stopwatch.process() - start.processor)
      optima = fits.map { fit in
        guard let fit, fit.isUsable else { return [] }
        return cultures[0].model.parameters.indices
          .filter { !cultures[0].model.parameters[$0].isFixed }.map { fit.natural[$0] }
      }
      simulations = fits.reduce(0) { $0 + ($1?.simulations ?? 0) }
    }
    let lists = optima.map(Stopwatch.list).joined(separator: ", ")
    return "{\"optima\": [\(lists)], \"wall\": \(Stopwatch.list(wall)), "
      + "\"processor\": \(Stopwatch.list(processor)), \"simulations\": "
      + "\(Double(simulations) / Double(cultures.count))}"
  }

  private static func read(_ path: String) throws -> [Run] {
    var rows: [Int: [Observation]] = [:]
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    for (line, text) in lines.enumerated().dropFirst() {
      let values = text.split(separator: ",").compactMap { StrictNumber.double($0) }
      guard values.count == 6 else { throw Unanswerable("\(path):\(line + 1): not six numbers") }
      for (quantity, value) in zip(["vcd", "viability", "glucose", "lactate"], values[2...]) {
        rows[Int(values[0]), default: []].append(
          Observation(
            time: values[1], quantity: quantity, value: .exact(value),
            place: Place(file: path, line: line + 1)))
      }
    }
    let made = Place(file: path, line: 1)
    let exchanges = [97.0, 145.0].map {
      Operation(
        time: $0,
        action: .exchange(
          fraction: 0.5, retention: 1, solutes: ["glucose": 25, "lactate": 0]), place: made)
    }
    return rows.sorted { $0.key < $1.key }.map {
      Run(name: "monod4_\($0.key)", observations: $0.value, operations: exchanges)
    }
  }
}
