import ModelLanguage
import Timing

/// What the reference problem fixes: hours, exchanges, the order of parameters.
enum Reference {
  static let samples = (0...10).map { 24.0 * Double($0) }
  static let exchanges = [97.0, 145.0]
  static let estimated = ["mumax", "lag", "kd", "Yxg", "Ylg"]

  /// A stretch between exchanges, its samples, and the number of the first of them.
  struct Leg {
    let from: Double
    let to: Double
    let samples: [Double]
    let first: Int
  }

  static let legs: [Leg] = {
    let edges = [0] + exchanges + [samples.last ?? 0]
    return zip(edges, edges.dropFirst()).map { from, to in
      let inside = samples.indices.filter { samples[$0] > from && samples[$0] <= to }
      return Leg(from: from, to: to, samples: inside.map { samples[$0] }, first: inside.first ?? 0)
    }
  }()

  /// Indices of the estimated parameters in a model.
  static func seeds(_ model: Model) throws -> [Int] {
    let seeds = estimated.compactMap { name in
      model.parameters.firstIndex { $0.name == name }
    }
    guard seeds.count == estimated.count else { throw Unanswerable("the model lacks a parameter") }
    return seeds
  }
}
