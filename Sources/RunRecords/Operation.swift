import Quantities

/// Something done to the vessel at an instant, or each time a condition comes true.
public struct Operation: Sendable, Hashable {
  /// Hours from the run's zero.
  public var time: Double
  /// What was done.
  public var action: Action
  /// The condition under which it is done; nil for once at its time.
  public var trigger: Trigger?
  /// Where it stands in its file.
  public var place: Place

  /// An operation from its parts.
  public init(time: Double, action: Action, when trigger: Trigger? = nil, place: Place) {
    self.time = time
    self.action = action
    self.trigger = trigger
    self.place = place
  }

  /// The instantaneous maps of the vessel balance. Volumes in mL, fractions 0...1, solutes by name
  /// in mmol/L (IU/mL for activities).
  public enum Action: Sendable, Hashable {
    /// The start: cells and medium enter the empty vessel. Each of volume, density and viability is
    /// nil when it is not known; without a volume no later operation may need one.
    case seed(
      volume: Double?, viableDensity: Double?, viability: Double?, solutes: [String: Double])
    /// The clock `since(activation)` starts.
    case activation
    /// The clock `since(transduction)` starts.
    case transduction
    /// A well-mixed volume is taken out.
    case sample(volume: Double)
    /// Medium without cells is added.
    case feed(volume: Double, solutes: [String: Double])
    /// Medium without cells is added, as a fraction of the volume that is there.
    case feedShare(fraction: Double, solutes: [String: Double])
    /// A fraction of the supernatant is replaced; `retention` of the cells stays (1 = all).
    case exchange(fraction: Double, retention: Double, solutes: [String: Double])
    /// A fraction of the well-mixed culture is discarded or moved away.
    case split(discarded: Double)
    /// Cells are washed: `recovery` of them stays, in a new volume of given medium.
    case wash(recovery: Double, volume: Double, solutes: [String: Double])
    /// Beads are removed with a recovery of cells; volume unchanged.
    case debead(recovery: Double)
    /// Steady flows from now until the next flow.
    case flow(Flow)
    /// The culture ends.
    case harvest

    /// True when the culture volume can be another one afterwards.
    public var changesVolume: Bool {
      switch self {
      case .seed, .sample, .feed, .feedShare, .split, .wash, .flow: true
      case .activation, .transduction, .exchange, .debead, .harvest: false
      }
    }

    /// The word that a run file uses.
    public var kind: Kind {
      switch self {
      case .seed: .seed
      case .activation: .activation
      case .transduction: .transduction
      case .sample: .sample
      case .feed, .feedShare: .feed
      case .exchange: .exchange
      case .split: .split
      case .wash: .wash
      case .debead: .debead
      case .flow: .flow
      case .harvest: .harvest
      }
    }
  }

  /// The words for operations. The reader, `since(...)` and the manual use this list.
  public enum Kind: String, Sendable, CaseIterable {
    case seed, activation, transduction, sample, feed, exchange, split, wash, debead, flow, harvest
  }
}

/// Solutes that an operation can carry, with their dimension.
public enum Solute {
  /// Name and dimension of each known solute.
  public static let all: [(name: String, dimension: Dimension, unit: String)] = [
    ("glucose", Dimension(moles: 1, volume: -1), "mmol/L"),
    ("lactate", Dimension(moles: 1, volume: -1), "mmol/L"),
    ("glutamine", Dimension(moles: 1, volume: -1), "mmol/L"),
    ("glutamate", Dimension(moles: 1, volume: -1), "mmol/L"),
    ("ammonia", Dimension(moles: 1, volume: -1), "mmol/L"),
    ("il2", Dimension(volume: -1, activity: 1), "IU/mL"),
  ]
}
