import LinearAlgebra
import Quantities

/// What a lab's earlier runs teach of the growth of the next one, without a model of the cells.
///
/// It carries the counts that taught the surfaces (not the names of runs or donors), because a
/// Gaussian process is its data. `GrowthProcess` learns it; docs/theory/growth-process.md tells how.
public struct LearnedGrowth: Codable, Sendable, Equatable {
  /// Version of this form.
  public let form: Int
  /// Where it comes from, in words.
  public let origin: String
  /// Donors, runs and counts that taught.
  public let donors: Int
  /// See `donors`.
  public let runs: Int
  /// See `donors`.
  public let counts: Int
  /// How it was learned.
  public let options: GrowthOptions
  /// Surfaces of growth, one a window of origins, earliest first.
  public let surfaces: [GrowthSurface]
  /// The path, for runs that no surface covers.
  public let path: GrowthPath
  /// Sentences for the reader.
  public let notes: [String]
  let vocabulary: GrowthVocabulary
  /// What forecasts need of each surface; made anew when decoded.
  let posteriors: [GrowthSurface.Posterior]

  private enum CodingKeys: String, CodingKey {
    case form, origin, donors, runs, counts, options, surfaces, path, notes, vocabulary
  }

  init(
    origin: String, histories: [GrowthHistory], options: GrowthOptions,
    vocabulary: GrowthVocabulary, surfaces: [GrowthSurface], path: GrowthPath, notes: [String]
  ) throws {
    form = 1
    self.origin = origin
    donors = Set(histories.map(\.donor)).count
    runs = histories.count
    counts = histories.reduce(0) { $0 + $1.counts.count }
    self.options = options
    self.surfaces = surfaces
    self.path = path
    self.notes = notes
    self.vocabulary = vocabulary
    posteriors = try surfaces.map { try $0.posterior($0.values, $0.weights) }
  }

  /// Decodes and checks; throws `DecodingError` for another form and for numbers that do not fit.
  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    form = try box.decode(Int.self, forKey: .form)
    guard form == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .form, in: box,
        debugDescription: "Learned growth of form \(form); this program reads form 1. Learn again.")
    }
    origin = try box.decode(String.self, forKey: .origin)
    donors = try box.decode(Int.self, forKey: .donors)
    runs = try box.decode(Int.self, forKey: .runs)
    counts = try box.decode(Int.self, forKey: .counts)
    options = try box.decode(GrowthOptions.self, forKey: .options)
    surfaces = try box.decode([GrowthSurface].self, forKey: .surfaces)
    path = try box.decode(GrowthPath.self, forKey: .path)
    notes = try box.decode([String].self, forKey: .notes)
    vocabulary = try box.decode(GrowthVocabulary.self, forKey: .vocabulary)
    let (read, words) = (surfaces, vocabulary)
    guard read.allSatisfy({ $0.isSound(words) }), path.isSound(words) else {
      throw DecodingError.dataCorruptedError(
        forKey: .surfaces, in: box,
        debugDescription: "Numbers of the learned growth do not fit together. Learn again.")
    }
    posteriors = try read.map { try $0.posterior($0.values, $0.weights) }
  }

  /// The kinds of runs that taught: their conditions, joined.
  public var kinds: [String] { vocabulary.groups }

  /// Throws `InputRefused` with `E_GROWTH` when no run of this kind taught, naming the kinds that did.
  public func checkKind(_ history: GrowthHistory) throws(InputRefused) { _ = try kind(of: history) }

  /// Indices of a run's labels and of their combination; throws as `checkKind`.
  func kind(of history: GrowthHistory) throws(InputRefused) -> (labels: [Int], group: Int) {
    guard let group = vocabulary.group(history), let labels = vocabulary.labels(history) else {
      throw GrowthRefusal.of(
        history.run, "Nothing was learned of runs of the kind '\(history.group)'.",
        "Known are: \(kinds.joined(separator: "; ")).")
    }
    return (labels, group)
  }

  /// Equal when what was learned is equal.
  public static func == (a: LearnedGrowth, b: LearnedGrowth) -> Bool {
    a.form == b.form && a.origin == b.origin && a.donors == b.donors && a.runs == b.runs
      && a.counts == b.counts && a.options == b.options && a.surfaces == b.surfaces
      && a.path == b.path && a.notes == b.notes && a.vocabulary == b.vocabulary
  }
}

extension GrowthSurface {
  /// Whether numbers that were read fit together.
  func isSound(_ vocabulary: GrowthVocabulary) -> Bool {
    kernel.factors == vocabulary.labels.count && kernel.groups == vocabulary.groups.count
      && values.count == kernel.count && values.allSatisfy { $0 > 0 && $0.isFinite }
      && features.count == 3 && weights.count == runs
      && weights.allSatisfy { $0 > 0 && $0.isFinite } && degrees > 1
      && cases.allSatisfy {
        $0.features.count == 3 && allFinite($0.features) && $0.labels.count == kernel.factors
          && (0..<kernel.groups).contains($0.group) && (0..<runs).contains($0.run)
          && $0.horizon > 0 && $0.replicates >= 1 && $0.growth.isFinite
      }
  }
}

extension GrowthPath {
  /// Whether numbers that were read fit together.
  func isSound(_ vocabulary: GrowthVocabulary) -> Bool {
    let n = groups * width
    return groups == vocabulary.groups.count && values.count == Self.scales + groups
      && values.allSatisfy { $0 > 0 && $0.isFinite } && knots.count > 1
      && zip(knots, knots.dropFirst()).allSatisfy { $0 < $1 } && allFinite(knots)
      && mean.count == n && covariance.count == n * n && allFinite(mean + covariance)
      && centre.isFinite
  }
}
