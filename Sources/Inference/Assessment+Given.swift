import Bioreactor
import LinearAlgebra
import ModelLanguage
import Quantities

extension FittedParameter {
  /// A constant that was held at an assumed value and on which an estimate hangs.
  public struct Given: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value and standing, such as `kl = 0.005 1/h (assumed)`.
    public let words: String
    /// How far the estimate moves on its estimation scale when the constant is twice or half as large.
    public let shift: Double
  }

  /// The share of its interval's half-width by which an estimate must move to hang on a constant.
  static let givenShare = 0.25

  /// The verdict in words, with the assumed constants on which the value hangs.
  public var words: String {
    guard !given.isEmpty else { return verdict.words }
    let constants = given.map(\.words).joined(separator: " and ")
    return verdict.words + (verdict == .fixedByData ? " given " : ", given ") + constants
  }
}

extension Assessment {
  /// Tells of each estimate on which unverified constants it hangs.
  ///
  /// A constant c joins the free parameters on the ln scale, and the rows of information are worked out
  /// anew. At the optimum the other parameters follow it by dx = -C J^T j_c d ln c, with J their rows, j_c
  /// that of the constant and C their covariance (the slope of the conditional optimum, Gauss-Newton). An
  /// estimate hangs on c where a factor of two in c, or what the constant's bounds leave of it, moves it by
  /// more than half of the half-width of its 95 % interval. Constants of noise and those that are not
  /// positive are left out.
  static func given(_ result: inout FitResult, _ problem: FitProblem, _ known: Known) {
    guard let covariance = known.covariance else { return }
    let model = problem.members[0].culture.model
    let hangs = result.parameters.indices.filter {
      switch result.parameters[$0].verdict {
      case .fixedByData, .dataAndPrior: true
      default: false
      }
    }
    guard !hangs.isEmpty else { return }
    for (index, constant) in model.parameters.enumerated() {
      guard let shifts = shifts(index, constant, result, problem, covariance) else { continue }
      let value = NumberText.significant(constant.unit.fromBase(result.natural[index]))
      let unit = constant.unit == .one ? "" : " \(constant.unit.symbol)"
      let standing = constant.isFixed ? "assumed" : "held"
      for k in hangs {
        let parameter = result.parameters[k]
        guard let j = result.plan.free.firstIndex(where: { $0.name == parameter.name }),
          let error = parameter.standardError,
          shifts[j] > FittedParameter.givenShare * 1.96 * error
        else { continue }
        result.parameters[k].given.append(
          FittedParameter.Given(
            name: constant.name, words: "\(constant.name) = \(value)\(unit) (\(standing))",
            shift: shifts[j]))
      }
    }
  }

  /// How far each free parameter moves with a constant; nil for one that is estimated, verified, of noise,
  /// or without influence.
  private static func shifts(
    _ index: Int, _ constant: ModelParameter, _ result: FitResult, _ problem: FitProblem,
    _ covariance: Matrix
  ) -> [Double]? {
    let plan = result.plan
    let n = plan.free.count
    let value = result.natural[index]
    guard constant.isUnverified, !constant.isNoise, value > 0,
      plan.heldBecause[constant.name] != ParameterPlan.noInfluence,
      !plan.free.contains(where: { $0.index == index })
    else { return nil }
    var step = Double.log(2)
    if !constant.isFixed {
      let (low, high) = (constant.bounds.lowerBound, constant.bounds.upperBound)
      let room = max(high / value, low > 0 ? value / low : .infinity)
      step = min(step, Double.log(max(1, room)))
    }
    var freed = plan
    freed.free.append(
      ParameterPlan.Free(
        name: constant.name,
        role: .parameter(index: index, runs: Array(problem.members.indices)), scale: .log,
        bounds: (Double.log(value) - 1)...(Double.log(value) + 1), start: Double.log(value),
        prior: nil))
    let augmented = FitProblem(problem, plan: freed)
    let point = result.point + [Double.log(value)]
    guard let rows = augmented.linearise(at: point)?.rows, rows.columns == n + 1 else { return nil }
    let pull = (0..<n).map { j in
      (0..<rows.rows).reduce(0.0) { $0 + rows[$1, j] * rows[$1, n] }
    }
    let shifts = (0..<n).map { i in
      abs((0..<n).reduce(0.0) { $0 + covariance[i, $1] * pull[$1] }) * step
    }
    return shifts.allSatisfy(\.isFinite) ? shifts : nil
  }
}
