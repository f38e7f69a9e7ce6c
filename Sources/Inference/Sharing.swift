import Bioreactor
import ModelLanguage
import RunRecords

/// Which parameters of a joint fit the runs have in common.
public struct Sharing: Sendable, Hashable {
  /// How far one value of a parameter reaches.
  public enum Scope: Sendable, Hashable {
    /// All runs have one value.
    case shared
    /// Runs with an equal label have one value.
    case group(Label)
    /// Every run has its own.
    case run
  }

  /// What groups runs.
  public enum Label: String, Sendable, Hashable, CaseIterable {
    /// The condition, from the column `group`.
    case group
    /// The donor.
    case donor
    /// The platform.
    case platform

    /// The label of a run; runs without one share the empty label.
    public func text(_ run: Run) -> String {
      switch self {
      case .group: return run.group ?? ""
      case .platform: return run.platform ?? ""
      case .donor:
        switch run.donor {
        case .one(let name): return name
        case .pooled: return Donor.pooledWord
        case .unknown: return ""
        }
      }
    }
  }

  /// Scopes that the user chose, by parameter.
  public var scopes: [String: Scope]

  /// Scopes by parameter; the others follow `standard`.
  public init(_ scopes: [String: Scope] = [:]) { self.scopes = scopes }

  /// The scope of a parameter.
  func scope(_ parameter: ModelParameter, _ cultures: [Culture]) -> Scope {
    scopes[parameter.name] ?? Sharing.standard(parameter, cultures)
  }

  /// What was put into the vessel differs from run to run, and so does a carrying capacity whose
  /// platform or volume differs; rates and noise are the cells' and the counter's.
  static func standard(_ parameter: ModelParameter, _ cultures: [Culture]) -> Scope {
    switch parameter.prior {
    case .seed?: return .run
    case .platform?:
      let medians = Set(cultures.map { $0.capacityPrior?.median })
      return medians.count > 1 ? .run : .shared
    default: return .shared
    }
  }

  /// Runs that have one value of a parameter, with the label of each set; sets in the order of their
  /// first run.
  func sets(_ parameter: ModelParameter, _ cultures: [Culture]) -> [(label: String?, runs: [Int])] {
    if cultures.count == 1 { return [(nil, [0])] }
    let label: (Run) -> String
    switch scope(parameter, cultures) {
    case .shared: return [(nil, Array(cultures.indices))]
    case .run: return cultures.indices.map { (cultures[$0].run.name, [$0]) }
    case .group(let kind): label = kind.text
    }
    var sets: [(label: String?, runs: [Int])] = []
    for (k, culture) in cultures.enumerated() {
      let name = label(culture.run)
      if let known = sets.firstIndex(where: { $0.label == name }) {
        sets[known].runs.append(k)
      } else {
        sets.append((name, [k]))
      }
    }
    return sets
  }
}
