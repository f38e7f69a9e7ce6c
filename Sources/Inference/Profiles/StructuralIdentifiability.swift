import Bioreactor
import Integration
import LinearAlgebra
import ModelLanguage
import Randomness

/// Could the parameters be told if everything that the model observes were measured all the time and
/// without error?
///
/// At several random points inside the bounds the exact sensitivities of all observables, at a dense
/// grid of times under the run's operations, are put into one matrix; a noise scale counts as
/// observed. Rank below the number of parameters at every point: some combination cannot be told
/// whatever is measured. The rank is decided by a gap: singular values that a ten times looser
/// integration moves as much as they are large count as zero. The answer is local; parameters whose
/// values can be exchanged without a trace are named apart. Sources: Walter and Pronzato (1997),
/// Identification of Parametric Models, chapter 2; Stigter and Molenaar (2015), Automatica 58:118.
public struct StructuralIdentifiability: Sendable {
  /// The parameters asked about, in the model's order.
  public let parameters: [String]
  /// The largest rank at any point.
  public let rank: Int
  /// Singular values there, columns at equal norm, largest first.
  public let singularValues: [Double]
  /// Singular values below this are the integrator's.
  public let floor: Double
  /// False when a singular value lies too near the floor to be called zero or not.
  public let isDecided: Bool
  /// Parameters on which no observable depends.
  public let withoutInfluence: [String]
  /// What can be told only together.
  public let combinations: [FreeCombination]
  /// Pairs whose values can be exchanged without any change.
  public let exchangeable: [[String]]
  /// The observables.
  public let observables: [String]
  /// Points at which it was asked.
  public let points: Int

  /// True when every parameter could be told, but for exchanges.
  public var isIdentifiable: Bool { isDecided && rank == parameters.count && !parameters.isEmpty }

  /// The answer in sentences.
  public var words: [String] {
    guard points > 0 else {
      return ["The model could not be simulated at any point inside its bounds."]
    }
    var lines: [String] = []
    if isIdentifiable {
      lines.append(
        "Structurally identifiable: dense readings of \(observables.joined(separator: ", ")) would "
          + "tell every parameter.")
    }
    lines += withoutInfluence.map { "No observable depends on \($0)." }
    lines += combinations.map { "Whatever is measured tells \($0.words)." }
    lines += exchangeable.map {
      "\($0[0]) and \($0[1]) can be exchanged; give them bounds or priors apart."
    }
    if !isDecided {
      lines.append(
        "Whether a further combination is free cannot be told from the integrator's digits.")
    }
    return lines
  }

  /// Asks a culture: its model and operations; its measurements do not matter.
  ///
  /// `end` is the last hour of the grid, by default the harvest, the last measurement or ten days.
  public init(
    _ culture: Culture, options: FitOptions = FitOptions(), to end: Double? = nil, times: Int = 48,
    points wanted: Int = 4
  ) {
    let start = culture.timeline.start
    let last = end ?? culture.timeline.harvest ?? culture.targets.map(\.observation.time).max()
    let span = max((last ?? 0) - start, 0) > 1 ? (last ?? 0) - start : 240
    var plain = options
    plain.usesPriors = true
    let plan = ParameterPlan(culture, options: plain)
    let free = plan.free.filter { $0.index != nil }
    parameters = free.map(\.name)
    observables = culture.model.observables.map(\.name)
    let grid = (0...max(times, 2)).map { start + span * Double($0) / Double(max(times, 2)) }
    let looked = grid.flatMap { time in
      culture.model.observables.indices.map {
        Predictor.Point(instant: Instant(time: time, phase: .after), observable: $0)
      }
    }
    var probe = SensitivityProbe(culture, plan: plan, points: looked)
    let box = plan.startBox
    var sights: [SensitivityProbe.Sight] = []
    for index in 0..<(8 * max(wanted, 1)) where sights.count < max(wanted, 1) {
      var stream = RandomStream(
        seed: options.seed, name: culture.model.name, purpose: "structural", index: UInt64(index))
      let p = plan.free.indices.map { j in
        box.lower[j] + (0.1 + 0.8 * stream.uniform()) * (box.upper[j] - box.lower[j])
      }
      if let sight = probe.look(at: p) { sights.append(sight) }
    }
    points = sights.count
    let best = sights.max { $0.rank < $1.rank }
    rank = best?.rank ?? 0
    singularValues = best?.spectrum.singularValues ?? []
    floor = best?.floor ?? 0
    isDecided = best?.isDecided ?? false
    let full = sights.filter { $0.rank == best?.rank }
    let silent = free.indices.filter { j in sights.allSatisfy { $0.silent.contains(j) } }
    withoutInfluence = sights.isEmpty ? [] : silent.map { free[$0].name }
    combinations = StructuralIdentifiability.combinations(full, free, leavingOut: silent)
    exchangeable = sights.isEmpty ? [] : probe.exchanges(sights.map(\.point))
  }

  private static func combinations(
    _ sights: [SensitivityProbe.Sight], _ free: [ParameterPlan.Free], leavingOut silent: [Int]
  ) -> [FreeCombination] {
    guard !sights.isEmpty else { return [] }
    let heard = free.indices.filter { !silent.contains($0) }
    // The same parameters carry the directions at every point, so that they can be compared.
    let bases = sights.compactMap { sight in
      ReducedBasis(sight.spectrum.freeDirections, rows: heard, pivots: nil)
    }
    guard let pivots = bases.first?.pivots, !pivots.isEmpty else { return [] }
    let compared = zip(
      sights,
      sights.map {
        ReducedBasis($0.spectrum.freeDirections, rows: heard, pivots: pivots)
      })
    return pivots.indices.map { k in
      var logarithms: [[Double]] = []
      var naturals: [[Double]] = []
      for (sight, basis) in compared {
        guard let basis else { continue }
        let moves = heard.indices.map { i -> Double in
          let value = sight.natural[heard[i]]
          return basis.vectors[k][i] * free[heard[i]].scale.slope(atNatural: value)
        }
        naturals.append(moves)
        logarithms.append(heard.indices.map { moves[$0] / sight.natural[heard[$0]] })
      }
      return FreeCombination(
        names: heard.map { free[$0].name }, logarithms: logarithms, naturals: naturals)
    }
  }
}

/// A basis of free directions in which each has one parameter of its own.
struct ReducedBasis {
  /// The parameters of their own, as positions in the rows asked for.
  let pivots: [Int]
  /// The directions, over the rows asked for.
  let vectors: [[Double]]

  /// Gauss-Jordan elimination of the columns; with given pivots those are used. nil when one of them
  /// has no part.
  init?(_ directions: Matrix, rows: [Int], pivots given: [Int]?) {
    var vectors = (0..<directions.columns).map { k in rows.map { directions[$0, k] } }
    vectors.removeAll { $0.allSatisfy { abs($0) < 1e-6 } }
    var pivots: [Int] = []
    for k in 0..<min(vectors.count, given?.count ?? vectors.count) {
      // The largest part that is left, the first of equals.
      var best = (vector: k, row: given?[k] ?? 0, size: 0.0)
      for v in k..<vectors.count {
        for r in rows.indices where given == nil || r == given?[k] {
          if abs(vectors[v][r]) > best.size * (1 + 1e-9) { best = (v, r, abs(vectors[v][r])) }
        }
      }
      if best.size <= 1e-9 {
        if given != nil { return nil }
        break
      }
      vectors.swapAt(k, best.vector)
      let factor = vectors[k][best.row]
      vectors[k] = vectors[k].map { $0 / factor }
      for v in vectors.indices where v != k {
        let share = vectors[v][best.row]
        vectors[v] = zip(vectors[v], vectors[k]).map { $0 - share * $1 }
      }
      pivots.append(best.row)
    }
    self.pivots = pivots
    self.vectors = Array(vectors.prefix(pivots.count))
  }
}
