import Quantities

/// An expression as written, with its place.
indirect enum ExpressionSyntax: Sendable {
  case number(Double, unit: UnitSyntax?, Spot)
  case name(String, Spot)
  case element(String, ExpressionSyntax, Spot)
  case call(String, [ExpressionSyntax], Spot)
  case negate(ExpressionSyntax, Spot)
  case binary(Operator, ExpressionSyntax, ExpressionSyntax, Spot)
  case conditional(ConditionSyntax, ExpressionSyntax, ExpressionSyntax, Spot)

  enum Operator: String, Sendable {
    case add = "+", subtract = "-", multiply = "*", divide = "/", power = "^"
  }

  var spot: Spot {
    switch self {
    case .number(_, _, let s), .name(_, let s), .element(_, _, let s), .call(_, _, let s),
      .negate(_, let s), .binary(_, _, _, let s), .conditional(_, _, _, let s):
      s
    }
  }
}

/// Two expressions compared.
struct ConditionSyntax: Sendable {
  enum Relation: String, Sendable {
    case less = "<", greater = ">", lessOrEqual = "<=", greaterOrEqual = ">="
  }

  let left: ExpressionSyntax
  let relation: Relation
  let right: ExpressionSyntax
  /// Place of the sign between them.
  let spot: Spot
}

/// A state, or one element of a vector of states, on the left of an equation.
struct TargetSyntax: Sendable {
  let name: String
  let index: ExpressionSyntax?
  let spot: Spot
}

/// One assignment of an `on` statement.
struct AssignmentSyntax: Sendable {
  let target: TargetSyntax
  let value: ExpressionSyntax
}

/// A statement as written.
indirect enum StatementSyntax: Sendable {
  case model(name: String, title: String, Spot)
  case when(String)
  case source(String)
  case include(String, Spot)
  case state(StateSyntax)
  case parameter(ParameterSyntax)
  case define(name: String, ExpressionSyntax, Spot)
  case rate(of: TargetSyntax, ExpressionSyntax)
  case start(of: TargetSyntax, ExpressionSyntax)
  case loop(variable: String, from: ExpressionSyntax, to: ExpressionSyntax, StatementSyntax, Spot)
  case on(ConditionSyntax, [AssignmentSyntax], Spot)
  case observe(ObserveSyntax)
  case replace(StatementSyntax, Spot)
}

/// A unit as written.
struct UnitSyntax: Sendable {
  let text: String
  let spot: Spot
}

/// A state as written.
struct StateSyntax: Sendable {
  let kind: StateKind
  let name: String
  /// Number of elements of a vector of states.
  var count: (size: Double, spot: Spot)?
  let unit: UnitSyntax
  let text: String
  var compartment = Compartment.vessel
  var substance: String?
  let spot: Spot
}

/// An observable as written.
struct ObserveSyntax: Sendable {
  let name: String
  let unit: UnitSyntax
  let mean: ExpressionSyntax
  let family: String
  let arguments: [(name: String, value: ExpressionSyntax, spot: Spot)]
  let familySpot: Spot
  let spot: Spot
}

/// A parameter as written.
struct ParameterSyntax: Sendable {
  var name: String
  var unit: UnitSyntax
  var text: String
  var value: Double
  var bounds: (low: Double, high: Double)?
  var scale: EstimationScale?
  var prior: PriorSyntax?
  var fixed = false
  var unverified = false
  var spot: Spot
}

/// A prior as written.
enum PriorSyntax: Sendable {
  case located(center: PriorWord, Double, spread: SpreadWord, Double, Spot)
  case platform(sd: Double?, Spot)
  case seed(quantity: String, sd: Double, Spot)
}
