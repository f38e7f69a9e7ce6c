import Lanes

/// One step of a register program: destination = code(a, b).
public struct Instruction: Sendable, Hashable {
  /// What the step computes.
  public enum Code: UInt8, Sendable, Hashable {
    case add, subtract, multiply, divide, negate, exp, log, sqrt, pow
  }

  /// What the step computes.
  public let code: Code
  /// Register of the first operand.
  public let a: Int32
  /// Register of the second operand; equal to `a` for one-operand steps.
  public let b: Int32
  /// Register of the result.
  public let destination: Int32

  @inlinable
  init(_ code: Code, _ a: Int, _ b: Int, to destination: Int) {
    self.code = code
    self.a = Int32(a)
    self.b = Int32(b)
    self.destination = Int32(destination)
  }

  static func fold(_ code: Code, _ x: Double, _ y: Double) -> Double {
    switch code {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .negate: -x
    case .exp: Double.exp(x)
    case .log: Double.log(x)
    case .sqrt: Double.sqrt(x)
    case .pow: Double.pow(x, y)
    }
  }

  /// Runs steps in order on a register file.
  ///
  /// Every operand register has been written before it is read; the compiler guarantees it.
  @inlinable
  public static func run<Number: Lane>(
    _ steps: UnsafeBufferPointer<Instruction>, on registers: UnsafeMutablePointer<Number>
  ) {
    for step in steps {
      let a = registers[Int(step.a)]
      let b = registers[Int(step.b)]
      let result: Number
      switch step.code {
      case .add: result = a + b
      case .subtract: result = a - b
      case .multiply: result = a * b
      case .divide: result = a / b
      case .negate: result = -a
      case .exp: result = Number.exp(a)
      case .log: result = Number.log(a)
      case .sqrt: result = Number.sqrt(a)
      case .pow: result = Number.pow(a, b)
      }
      registers[Int(step.destination)] = result
    }
  }
}
