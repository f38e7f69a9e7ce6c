import Lanes

/// One step of a register program: destination = code(a, b, c).
public struct Instruction: Sendable, Hashable {
  /// What the step computes.
  public enum Code: UInt8, Sendable, Hashable {
    case add, subtract, multiply, divide, negate, exp, log, sqrt, pow
    /// 1 / (1 + exp(-a)).
    case logistic
    /// a * b + c, rounded twice: no fused operation, so every processor gives equal bits.
    case multiplyAdd
    /// c - a * b, rounded twice.
    case subtractProduct
    /// a * b - c, rounded twice.
    case multiplySubtract
    /// a * b * c, from the left.
    case multiplyTwice
    /// (a + b) * c.
    case addMultiply
    /// (a - b) * c.
    case subtractMultiply
    /// c / (a + b).
    case divideBySum
    /// a + b + c, from the left.
    case addTwice
    /// a^b where a is above 0, else 0.
    case positivePower
    /// exp(a * b).
    case expProduct
    /// b where the branch register a holds 1, c where it holds 0.
    case select
  }

  /// What the step computes.
  public let code: Code
  /// Register of the first operand.
  public let a: UInt16
  /// Register of the second operand; equal to `a` for steps of one operand.
  public let b: UInt16
  /// Register of the third operand; equal to `a` for steps of fewer.
  public let c: UInt16
  /// Register of the result.
  public let destination: UInt16

  /// A step; registers must be below 65,536 (larger programs are refused where they are built).
  init(_ code: Code, _ a: Int, _ b: Int, _ c: Int, to destination: Int) {
    self.code = code
    self.a = UInt16(truncatingIfNeeded: a)
    self.b = UInt16(truncatingIfNeeded: b)
    self.c = UInt16(truncatingIfNeeded: c)
    self.destination = UInt16(truncatingIfNeeded: destination)
  }

  /// The step on plain numbers: what the compiler folds is what the program would compute.
  static func fold(_ code: Code, _ a: Double, _ b: Double, _ c: Double) -> Double {
    let registers = UnsafeMutablePointer<Double>.allocate(capacity: 4)
    defer { registers.deallocate() }
    registers[0] = a
    registers[1] = b
    registers[2] = c
    registers[3] = .nan
    withUnsafePointer(to: Instruction(code, 0, 1, 2, to: 3)) { run($0, count: 1, on: registers) }
    return registers[3]
  }

  /// Runs steps in order on a register file.
  ///
  /// Every operand register has been written before it is read; the compiler guarantees it.
  @inlinable @inline(__always)
  public static func run<Number: Lane>(
    _ steps: UnsafePointer<Instruction>, count: Int, on registers: UnsafeMutablePointer<Number>
  ) {
    var step = steps
    let end = steps + count
    while step < end {
      // Operands are read where they are used: a copy made before the switch goes through memory.
      let a = registers + Int(step.pointee.a)
      let b = registers + Int(step.pointee.b)
      let result = registers + Int(step.pointee.destination)
      switch step.pointee.code {
      case .add: result.pointee = a.pointee + b.pointee
      case .subtract: result.pointee = a.pointee - b.pointee
      case .multiply: result.pointee = a.pointee * b.pointee
      case .divide: result.pointee = a.pointee / b.pointee
      case .negate: result.pointee = -a.pointee
      case .exp: result.pointee = Number.exp(a.pointee)
      case .log: result.pointee = Number.log(a.pointee)
      case .sqrt: result.pointee = Number.sqrt(a.pointee)
      case .pow: result.pointee = Number.pow(a.pointee, b.pointee)
      case .logistic: result.pointee = Number.logistic(a.pointee)
      case .multiplyAdd:
        result.pointee = a.pointee * b.pointee + (registers + Int(step.pointee.c)).pointee
      case .subtractProduct:
        result.pointee = (registers + Int(step.pointee.c)).pointee - a.pointee * b.pointee
      case .multiplySubtract:
        result.pointee = a.pointee * b.pointee - (registers + Int(step.pointee.c)).pointee
      case .multiplyTwice:
        result.pointee = a.pointee * b.pointee * (registers + Int(step.pointee.c)).pointee
      case .addMultiply:
        result.pointee = (a.pointee + b.pointee) * (registers + Int(step.pointee.c)).pointee
      case .subtractMultiply:
        result.pointee = (a.pointee - b.pointee) * (registers + Int(step.pointee.c)).pointee
      case .divideBySum:
        result.pointee = (registers + Int(step.pointee.c)).pointee / (a.pointee + b.pointee)
      case .addTwice:
        result.pointee = a.pointee + b.pointee + (registers + Int(step.pointee.c)).pointee
      case .positivePower: result.pointee = Number.positivePower(a.pointee, b.pointee)
      case .expProduct: result.pointee = Number.exp(a.pointee * b.pointee)
      case .select:
        result.pointee =
          a.pointee.value > 0.5 ? b.pointee : (registers + Int(step.pointee.c)).pointee
      }
      step += 1
    }
  }
}
