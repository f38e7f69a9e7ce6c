import Bioreactor
import ModelLanguage
import Quantities
import RunRecords
import Statistics

/// Which sample would narrow the forecast of viable cells most; of a run that is over, which sample
/// would tell most of its parameters the next time.
public struct NextSample: Sendable {
  /// One sample that could be taken.
  public struct Candidate: Sendable {
    /// Its hour.
    public let time: Double
    /// What is measured.
    public let assay: String
    /// sd of ln of the forecast viable cells, after it.
    public let sd: Double
    /// By how much ln det of the information on the fitted parameters grows.
    public let gain: Double
    /// The fitted parameter whose standard error it takes down most, and by what share.
    public let sharpened: Sharpened?
    /// Viable cells that it takes, 1e6; nil when the model shows no density.
    public let cells: Double?
    /// Share of the culture that it takes; nil when the volume is not known.
    public let share: Double?

    /// True when it takes so much of the culture that it is not advised.
    public var isCostly: Bool { (share ?? 0) > NextSample.mostShare }
  }

  /// A parameter that a sample tells of, and the share by which its standard error falls.
  public struct Sharpened: Sendable, Hashable {
    /// The parameter.
    public let name: String
    /// 1 - error after / error before.
    public let share: Double
  }

  /// What the remaining uncertainty comes from.
  public struct Limiting: Sendable, Hashable {
    /// The parameter.
    public let name: String
    /// The share of the variance that would go if it were known.
    public let share: Double
    /// True when only a prior tells it.
    public let isPrior: Bool
    /// The parameter whose prior it rests on, when it has none of its own.
    public var partner: String?

    /// `, which only its prior tells`, or what else it rests on; empty for what the data tell.
    public var priorWords: String {
      if let partner { return ", which rests on the prior of \(partner)" }
      return isPrior ? ", which only its prior tells" : ""
    }
  }

  /// How far the run has come.
  public enum Stage: Sendable, Hashable {
    /// Something is planned still.
    case running
    /// Nothing is planned after the last measurement: it may go on, or be over.
    case unplanned
    /// It was harvested at this hour.
    case over(harvest: Double)
  }

  /// Why there is no answer.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    /// The cause and what to do.
    public let description: String
  }

  /// The question.
  public let question: Question
  /// The model's name.
  public let model: String
  /// The quantity that is forecast: `tvc`, `vcd` or `fold`.
  public let quantity: String
  /// How far the run has come.
  public let stage: Stage
  /// Its mean at the target hour, base units.
  public let mean: Double
  /// sd of its logarithm now, with the spread between pooled donors.
  public let sd: Double
  /// Every sample that could be taken, by time, then in the order of the assays.
  public let candidates: [Candidate]
  /// The samples that narrow the forecast most together: each is the best one after those before it.
  /// None of them is costly.
  public let best: [Candidate]
  /// The sample that tells most of all fitted parameters (D-optimal) and is not costly.
  public let mostInformative: Candidate?
  /// What most of the remaining uncertainty comes from.
  public let limiting: Limiting?
  /// Points over which it was averaged.
  public let points: Int
  /// Sentences on what was tried and what was left out.
  public let notes: [String]

  /// A factor either way that holds 95 %: exp(1.96 sd).
  public static func factor(_ sd: Double) -> Double { Double.exp(Normal.reach95 * sd) }

  /// Most days that are looked at.
  static let mostDays = 400

  /// Below this relative gain in sd a sample does not help.
  public static let leastGain = 0.10
  /// A sample of a larger share of the culture is not advised: it costs more cells than it is worth.
  public static let mostShare = 0.10

  /// Below this fall of the factor either way a sample is not worth its cells.
  public static let leastFall = 0.05

  /// True when the best sample narrows the forecast by at least a tenth, and the factor either way by
  /// 0.05 or more; or, of a run that is over, a parameter's error by a tenth.
  public var helps: Bool {
    if case .over = stage {
      return (mostInformative?.sharpened?.share ?? 0) >= NextSample.leastGain
    }
    return best.first.map {
      $0.sd <= (1 - NextSample.leastGain) * sd
        && NextSample.factor(sd) - NextSample.factor($0.sd) >= NextSample.leastFall
    } ?? false
  }

  init(
    question: Question, model: String, quantity: String, stage: Stage, mean: Double, sd: Double,
    candidates: [Candidate], best: [Candidate], limiting: Limiting?, points: Int, notes: [String]
  ) {
    self.question = question
    self.model = model
    self.quantity = quantity
    self.stage = stage
    self.mean = mean
    self.sd = sd
    self.candidates = candidates
    self.best = best
    mostInformative = candidates.filter { !$0.isCostly }.max { $0.gain < $1.gain }
    self.limiting = limiting
    self.points = points
    self.notes = notes
  }
}
