/// One line of the working: what is computed, how, with which numbers, and where they come from.
public struct HandStep: Hashable, Sendable, CustomStringConvertible {
  /// What is computed, such as `Minimum`.
  public let name: String
  /// The formula in words or symbols; nil for a value that was only read.
  public let formula: String?
  /// The numbers put into the formula, with their units; nil for a value that was only read.
  public let working: String?
  /// The result with its unit.
  public let result: String
  /// Where the numbers come from; nil when they stand in the lines before.
  public let source: String?

  /// A value that was read.
  init(_ name: String, _ result: String, source: String? = nil) {
    self.init(name, nil, nil, result, source: source)
  }

  init(
    _ name: String, _ formula: String?, _ working: String?, _ result: String,
    source: String? = nil
  ) {
    self.name = name
    self.formula = formula
    self.working = working
    self.result = result
    self.source = source
  }

  /// `Minimum = least dose per kg x W, up: 20 kg x 200,000 cells/kg = 4,000,000 cells (4E6) [rule]`.
  public var description: String {
    name + (formula.map { " = \($0)" } ?? "") + ": " + (working.map { "\($0) = " } ?? "") + result
      + (source.map { " [\($0)]" } ?? "")
  }
}
