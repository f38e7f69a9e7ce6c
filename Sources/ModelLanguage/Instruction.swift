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
      // Operands are read where they are used: a copy made before the switch goes through memory.
      let a = registers + Int(step.a)
      let b = registers + Int(step.b)
      let result = registers + Int(step.destination)
      switch step.code {
      case .add: result.pointee = a.pointee + b.pointee
      case .subtract: result.pointee = a.pointee - b.pointee
      case .multiply: result.pointee = a.pointee * b.pointee
      case .divide: result.pointee = a.pointee / b.pointee
      case .negate: result.pointee = -a.pointee
      case .exp: result.pointee = Number.exp(a.pointee)
      case .log: result.pointee = Number.log(a.pointee)
      case .sqrt: result.pointee = Number.sqrt(a.pointee)
      case .pow: result.pointee = Number.pow(a.pointee, b.pointee)
      }
    }
  }
}
