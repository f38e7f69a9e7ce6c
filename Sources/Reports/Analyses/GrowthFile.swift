import Population
import Quantities
import RunFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Growth learned without a model, as a file: what it says, and what it rests on.
public struct GrowthFile: Sendable {
  /// The form that this program writes and reads.
  public static let schema = "thymus.growth/1"
  /// What its forecasts are called where models have their names.
  public static let name = "growth without a model"
  /// How such a file is made, for messages.
  static let remedy = "Learn it again: thymus learn RUNS --growth -o growth.json."

  /// What was learned.
  public let growth: LearnedGrowth
  /// The quantity that was counted.
  public let quantity: String
  /// Attributes of the runs that tell kinds apart, in the order of a kind's labels.
  public let factors: [String]
  /// Counts that taught, each once, and those of them that several runs share.
  public let counts: Int
  /// See `counts`.
  public let sharedCounts: Int
  /// What the runs are, in a line; nil when it is not said.
  public let source: String?
  /// Sentences of the reading of the runs.
  public let notes: [String]
  /// The run files that it was learned from, sorted by path.
  public let inputs: [PriorFile.Input]
  /// How it was learned, by name.
  public let options: [String: String]
  /// SHA-256 of the content; empty before it was written or read.
  public var sha256 = ""

  /// Learned growth with what it rests on.
  public init(
    _ growth: LearnedGrowth, of runs: GrowthRuns, source: String?,
    sources: [RunBatch.SourceFile], options: [String: String]
  ) {
    self.growth = growth
    quantity = runs.quantity
    factors = runs.factors
    counts = runs.counts
    sharedCounts = runs.sharedCounts
    notes = runs.notes
    self.source = source
    inputs = sources.map { PriorFile.Input(path: $0.path, sha256: $0.sha256) }
      .sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
    self.options = options
  }

  /// The file's text, with its digest. Throws `JSONMismatch` when a number is not finite.
  public func text() throws -> (text: String, sha256: String) {
    let sealed = try SealedRecord.seal(try content, schema: GrowthFile.schema)
    return (try sealed.record.text() + "\n", sealed.sha256)
  }

  private var content: JSONValue {
    get throws {
      let encoder = JSONEncoder()
      let learned = try JSONValue(
        parsing: Array(try encoder.encode(growth)), file: "the learned growth")
      var object: [String: JSONValue] = [
        "growth": learned, "quantity": .string(quantity),
        "factors": .array(factors.map { .string($0) }), "counts": .int(counts),
        "shared_counts": .int(sharedCounts), "notes": .array(notes.map { .string($0) }),
        "inputs": .array(inputs.map(PriorFile.json)),
        "options": .object(options.mapValues { .string($0) }),
        "base_units": .string("ln of 1e6 cells (1e6 cells/mL for densities), h, rates in 1/d"),
      ]
      if let source { object["source"] = .string(source) }
      return .object(object)
    }
  }

  /// Reads a file of learned growth. Throws `InputRefused` for a file that is missing, damaged, of another
  /// kind or version, changed, or with numbers that do not fit together.
  public static func read(_ path: String) throws(InputRefused) -> GrowthFile {
    let bytes = try SourceBytes.read(path)
    let (content, sha256) = try SealedRecord.open(
      bytes, file: path, schema: schema, remedy: remedy)
    do {
      var file = try GrowthFile(content)
      file.sha256 = sha256
      return file
    } catch let mismatch as JSONMismatch {
      throw SealedRecord.shape(mismatch, file: path, remedy: remedy)
    } catch let fault as DecodingError {
      throw SealedRecord.shape(
        JSONMismatch(path: "$.content.growth", cause: GrowthFile.words(fault)), file: path,
        remedy: remedy)
    } catch {
      throw SealedRecord.shape(
        JSONMismatch(path: "$.content.growth", cause: "\(error)"), file: path, remedy: remedy)
    }
  }

  private static func words(_ fault: DecodingError) -> String {
    switch fault {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "\(fault)"
    }
  }

  private init(_ content: JSONReader) throws {
    try content.allowOnly([
      "growth", "quantity", "factors", "counts", "shared_counts", "notes", "inputs", "options",
      "base_units", "source",
    ])
    quantity = try content["quantity"].string
    guard GrowthRuns.quantities.contains(quantity) else {
      throw JSONMismatch(
        path: "$.content.quantity", cause: "'\(quantity)' is no quantity that growth is learned of."
      )
    }
    factors = try PriorFile.texts(try content["factors"])
    counts = try content["counts"].int
    sharedCounts = try content["shared_counts"].int
    notes = try PriorFile.texts(try content["notes"])
    source = try content.optional("source")?.string
    inputs = try content["inputs"].elements.map { try PriorFile.input($0) }
    let written = try content["options"]
    var options: [String: String] = [:]
    for key in try written.keys { options[key] = try written[key].string }
    self.options = options
    growth = try JSONDecoder().decode(
      LearnedGrowth.self, from: Data(try content["growth"].value.text(.compact).utf8))
  }
}
