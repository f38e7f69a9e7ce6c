import Harvest
import ModelLanguage
import Population
import Quantities
import RunFiles

/// A learned prior as a file: what it says, and what it rests on.
public struct PriorFile: Sendable {
  /// The form that this program writes and reads.
  public static let schema = "thymus.prior/1"
  /// How such a file is made, for messages.
  static let remedy = "Learn it again: thymus learn RUNS --model NAME -o prior.json."

  /// A file with its fingerprint.
  public struct Input: Sendable, Hashable {
    /// The path as it was named.
    public let path: String
    /// SHA-256 of its bytes.
    public let sha256: String

    /// A file with its fingerprint.
    public init(path: String, sha256: String) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The prior.
  public var prior: LearnedPrior
  /// The model's text and the files that it includes, in order.
  public var model: [Input]
  /// The run files that it was learned from, sorted by path.
  public var inputs: [Input]
  /// The units of the parameters, in their order.
  public var units: [String]
  /// How it was learned, by name.
  public var options: [String: String]
  /// SHA-256 of the content; empty before it was written or read.
  public internal(set) var sha256 = ""

  /// A prior with what it rests on.
  public init(
    _ prior: LearnedPrior, model: [Input], inputs: [Input], units: [String],
    options: [String: String]
  ) {
    self.prior = prior
    self.model = model
    self.inputs = inputs.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
    self.units = units
    self.options = options
  }

  /// The prior of a lesson with its model and the files that it was learned from.
  public init(
    _ lesson: DonorLesson, model loaded: ModelFile.Loaded, sources: [RunBatch.SourceFile],
    options: [String: String]
  ) {
    var units: [String] = []
    for parameter in lesson.prior.parameters {
      let own = loaded.model.parameters.first { $0.name == parameter.name }
      units.append(own?.unit.symbol ?? "1")
    }
    var texts: [Input] = []
    for input in loaded.inputs { texts.append(Input(path: input.path, sha256: input.sha256)) }
    self.init(
      lesson.prior, model: texts,
      inputs: sources.map { Input(path: $0.path, sha256: $0.sha256) }, units: units,
      options: options)
  }

  /// Throws `InputRefused` with `E_PRIOR_MODEL` when a model is not the one that was learned with:
  /// another name, or another text.
  public func check(_ loaded: ModelFile.Loaded, file: String) throws(InputRefused) {
    let cause: String
    if loaded.model.name != prior.model {
      cause = "the prior was learned with the model \(prior.model), not \(loaded.model.name)."
    } else if loaded.inputs.map(\.sha256) != model.map(\.sha256) {
      cause =
        "the text of the model \(prior.model) has changed since the prior was learned "
        + "(\(loaded.path), SHA-256 \(loaded.sha256.prefix(12))..., then "
        + "\(model.first?.sha256.prefix(12) ?? "")...)."
    } else {
      return
    }
    throw InputRefused([
      Finding(
        .error, "E_PRIOR_MODEL", at: Place(file: file), cause,
        remedy:
          "Name the model that it was learned with under --model, or learn again with this one."
      )
    ])
  }
}
