import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// Which sample would narrow the forecast of viable cells most.
public struct NextSample: Sendable {
  /// What is asked.
  public struct Question: Sendable {
    /// Hour of the forecast.
    public var target: Double
    /// Quantities that could be measured.
    public var assays: [String]
    /// Hours at which they could be.
    public var times: [Double]
    /// How many samples are planned together.
    public var samples = 3
    /// Volume that each assay takes, mL.
    public var volumes: [String: Double] = [:]
    /// Parameter points over which the answer is averaged, drawn from the normal approximation; 0 for
    /// the estimate alone.
    public var draws = 0

    /// Volume of an assay that is not given: what an automated counter takes, mL.
    public static let defaultVolume = 0.5

    /// A question; see the properties.
    public init(target: Double, assays: [String], times: [Double]) {
      self.target = target
      self.assays = assays
      self.times = times
    }

    /// The volume that an assay takes, mL.
    public func volume(_ assay: String) -> Double {
      volumes[assay] ?? Question.defaultVolume
    }
  }

  /// One sample that could be taken.
  public struct Candidate: Sendable {
    /// Its hour.
    public let time: Double
    /// What is measured.
    public let assay: String
    /// sd of ln of the forecast viable cells, after it.
    public let sd: Double
    /// By how much ln det of the information on all parameters grows.
    public let gain: Double
    /// Viable cells that it takes, 1e6; nil when the model shows no density.
    public let cells: Double?
    /// Share of the culture that it takes; nil when the volume is not known.
    public let share: Double?
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
  /// Its mean at the target hour, base units.
  public let mean: Double
  /// sd of its logarithm now.
  public let sd: Double
  /// Every sample that could be taken, by time, then in the order of the assays.
  public let candidates: [Candidate]
  /// The samples that narrow the forecast most together: each is the best one after those before it.
  public let best: [Candidate]
  /// The sample that tells most of all parameters (D-optimal).
  public let mostInformative: Candidate?
  /// What most of the remaining uncertainty comes from: a parameter, and the share of the variance
  /// that would go if it were known.
  public let limiting: (name: String, share: Double, isPrior: Bool)?
  /// Points over which it was averaged.
  public let points: Int
  /// Sentences on what was left out.
  public let notes: [String]

  /// A factor either way that holds 95 %: exp(1.96 sd).
  public static func factor(_ sd: Double) -> Double { Double.exp(1.959963984540054 * sd) }

  /// Below this relative gain in sd a sample does not help.
  public static let leastGain = 0.05

  /// True when the best sample narrows the forecast by at least a twentieth.
  public var helps: Bool { best.first.map { $0.sd <= (1 - NextSample.leastGain) * sd } ?? false }

  /// `day 7` or `day 7.5`.
  public static func day(_ hours: Double) -> String {
    "day \(NumberText.significant((hours / 24 * 100).rounded() / 100, 4))"
  }

  /// The answer in one or two sentences.
  public var words: String {
    let what = "the forecast of viable cells on \(NextSample.day(question.target))"
    func shown(_ sd: Double) -> String { NumberText.significant(NextSample.factor(sd), 3) }
    guard let first = best.first else { return "No sample can be taken before then." }
    guard helps else {
      var text =
        "No single sample narrows \(what) by more than "
        + "\(NumberText.percent(max(0, 1 - first.sd / sd), decimals: 0)): it stays within a factor "
        + "of \(shown(sd)) either way (95 %)."
      if let limiting {
        text +=
          " What limits it is \(limiting.name)"
          + (limiting.isPrior
            ? ", which only its prior tells: a better prior from earlier runs helps more." : ".")
      }
      return text
    }
    var text =
      "\(NextSample.verb(first.assay)) once more on \(NextSample.day(first.time)): \(what) narrows "
      + "from a factor of \(shown(sd)) to \(shown(first.sd)) either way (95 %)"
    if let cells = first.cells {
      text += "; costs \(NumberText.significant(cells * 1e6, 2)) cells"
      if let share = first.share { text += " (\(NumberText.significant(share * 100, 2)) %)" }
    }
    return text + "."
  }

  /// How an assay is spoken of.
  static func verb(_ assay: String) -> String {
    switch assay {
    case "vcd", "tvc", "fold": "Count viable cells"
    case "dead": "Count dead cells"
    case "tcd": "Count all cells"
    case "car_positive": "Measure the CAR+ fraction"
    default: "Measure \(assay)"
    }
  }
}
