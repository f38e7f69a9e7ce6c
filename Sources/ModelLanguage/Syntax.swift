import Quantities

/// An expression as written, with its place.
indirect enum ExpressionSyntax: Sendable {
  case number(Double, unit: String?, Place)
  case name(String, Place)
  case call(String, [ExpressionSyntax], Place)
  case negate(ExpressionSyntax, Place)
  case binary(Operator, ExpressionSyntax, ExpressionSyntax, Place)

  enum Operator: String, Sendable {
    case add = "+", subtract = "-", multiply = "*", divide = "/", power = "^"
  }

  var place: Place {
    switch self {
    case .number(_, _, let p), .name(_, let p), .call(_, _, let p), .negate(_, let p),
      .binary(_, _, _, let p):
      p
    }
  }
}

/// A statement as written.
enum StatementSyntax: Sendable {
  case model(name: String, title: String, Place)
  case when(String)
  case source(String)
  case state(kind: StateKind, name: String, unit: UnitSyntax, text: String, Place)
  case parameter(ParameterSyntax)
  case define(name: String, ExpressionSyntax, Place)
  case rate(of: String, ExpressionSyntax, Place)
  case start(of: String, ExpressionSyntax, Place)
  case observe(
    name: String, unit: UnitSyntax, mean: ExpressionSyntax, family: String,
    arguments: [(name: String, value: ExpressionSyntax, place: Place)], familyPlace: Place, Place)
}

/// A unit as written.
struct UnitSyntax: Sendable {
  let text: String
  let place: Place
}

/// A parameter as written.
struct ParameterSyntax: Sendable {
  var name: String
  var unit: UnitSyntax
  var text: String
  var value: Double
  var bounds: (low: Double, high: Double)?
  var scale: String?
  var prior: PriorSyntax?
  var fixed = false
  var unverified = false
  var place: Place
}

/// A prior as written.
enum PriorSyntax: Sendable {
  case located(center: String, Double, spread: String, Double, Place)
  case platform(sd: Double?, Place)
  case seed(quantity: String, sd: Double, Place)
}
