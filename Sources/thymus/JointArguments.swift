import ArgumentParser
import Inference
import ModelLanguage
import Quantities
import RunRecords

/// Whether runs are fitted together, and what they share.
struct JointArguments: ParsableArguments {
  @Flag(help: "Fit all runs together with one model; what was seeded stays each run's own.")
  var joint = false

  @Option(
    help: ArgumentHelp(
      "With --joint: how far a parameter reaches, such as mu=group; may be repeated.",
      discussion: "NAME=all, run, group, donor or platform.", valueName: "name=scope"),
    transform: ScopeArgument.read)
  var per: [ScopeArgument] = []

  func validate() throws {
    if !joint, !per.isEmpty { throw ValidationError("--per belongs to --joint.") }
    if Set(per.map(\.name)).count < per.count {
      throw ValidationError("--per names a parameter twice.")
    }
  }

  /// The sharing, checked against the model and the runs' labels.
  func sharing(_ model: Model, _ runs: [Run]) throws -> Sharing {
    for scope in per {
      guard case .group(let label) = scope.scope else { continue }
      let bare = runs.filter { label.text($0).isEmpty }.map(\.name)
      if !bare.isEmpty {
        throw ValidationError(
          "--per \(scope.text): \(bare.joined(separator: ", ")) \(bare.count == 1 ? "has" : "have") no "
            + "\(label.rawValue). Fill the column '\(label.rawValue)' of the observations, or use "
            + "\(scope.name)=run or \(scope.name)=all.")
      }
    }
    for scope in per where !model.parameters.contains(where: { $0.name == scope.name }) {
      throw ValidationError(
        "\(model.name) has no parameter '\(scope.name)'."
          + Suggestion.phrase(for: scope.name, among: model.parameters.map(\.name)))
    }
    return Sharing(Dictionary(uniqueKeysWithValues: per.map { ($0.name, $0.scope) }))
  }

  /// The choice for the provenance block.
  var described: [(name: String, value: String)] {
    joint
      ? [("joint", per.isEmpty ? "standard sharing" : per.map(\.text).joined(separator: ", "))] : []
  }
}

/// `NAME=all|run|group|donor|platform`.
struct ScopeArgument {
  let name: String
  let scope: Sharing.Scope
  let text: String

  static let scopes = ["all", "run"] + Sharing.Label.allCases.map(\.rawValue)

  /// Throws what is wrong, with all scopes there are.
  static func read(_ argument: String) throws -> ScopeArgument {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValidationError(
        "write it as NAME=SCOPE, such as mu=donor; the scopes are \(list).")
    }
    let scope: Sharing.Scope
    switch parts[1] {
    case "all": scope = .shared
    case "run": scope = .run
    default:
      guard let label = Sharing.Label(rawValue: parts[1]) else {
        throw ValidationError(
          "there is no scope '\(parts[1])'.\(Suggestion.phrase(for: parts[1], among: scopes)) "
            + "The scopes are \(list).")
      }
      scope = .group(label)
    }
    return ScopeArgument(name: parts[0], scope: scope, text: argument)
  }

  private static var list: String { NumberText.list(scopes) }
}
