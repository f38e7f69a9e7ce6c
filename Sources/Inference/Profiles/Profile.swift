import Statistics

/// The profile of one quantity: how far the best objective must rise when the quantity is held away
/// from its estimate.
///
/// PL(v) = min over p with q(p) = v of f(p), less f at the estimate. Values whose rise stays below
/// half the quantile of chi-square with one degree of freedom form the interval. It follows the data
/// where a standard error follows only the curvature at the estimate: it may be skew, and it may be
/// open. Sources: Venzon and Moolgavkar (1988), Applied Statistics 37:87; Raue et al. (2009),
/// Bioinformatics 25:1923; for predictions Kreutz et al. (2012), BMC Syst Biol 6:120.
public struct Profile: Sendable {
  /// One constrained minimum.
  public struct Point: Sendable {
    /// The value at which the quantity is held.
    public let value: Double
    /// The objective's rise above the estimate.
    public let rise: Double
    /// All parameters there.
    public let parameters: [Double]
    /// False when the search at this value did not converge: its rise is then only an upper limit.
    public let isConverged: Bool
  }

  /// Why a side of a profile has no end.
  public enum Openness: String, Sendable, CaseIterable {
    /// The rise stays below the limit up to the parameter's bound.
    case bound
    /// The rise stays below the limit as far as the profile was followed.
    case reach
    /// Beyond the last point nothing can be computed.
    case infeasible
    /// The work allowed ran out.
    case work

    /// The reason in words.
    public var words: String {
      switch self {
      case .bound: "open up to its bound"
      case .reach: "open as far as it was followed"
      case .infeasible: "open: beyond it the model cannot be computed"
      case .work: "not closed within the work allowed"
      }
    }
  }

  /// How one side of a profile ends.
  public enum End: Sendable, Equatable {
    /// The rise meets the limit at this value.
    case closed(Double)
    /// It meets the limit at this value, but only because other parameters, by position, lie on
    /// their bounds: values beyond are excluded by those bounds, not by the data alone.
    case walled(Double, by: [Int])
    /// The rise stays below the limit up to this value.
    case open(Double, Openness)

    /// The value, whether it is an end or only the last one seen.
    public var value: Double {
      switch self {
      case .closed(let value), .walled(let value, _), .open(let value, _): value
      }
    }

    /// True when the rise met the limit: values beyond are excluded.
    public var isClosed: Bool {
      switch self {
      case .closed, .walled: true
      case .open: false
      }
    }

    /// The other parameters whose bounds set it, by position; empty when none does.
    public var walls: [Int] {
      if case .walled(_, let others) = self { return others }
      return []
    }
  }

  /// Its value at the estimate.
  public let estimate: Double
  /// The rise that ends the interval.
  public let limit: Double
  /// All minima found, by value; the estimate is among them.
  public internal(set) var points: [Point]
  /// The end below the estimate.
  public internal(set) var lower: End
  /// The end above the estimate.
  public internal(set) var upper: End
  /// Evaluations of the objective and of linearisations together.
  public internal(set) var evaluations: Int

  /// The interval, when both sides are closed.
  public var interval: ClosedRange<Double>? {
    guard lower.isClosed, upper.isClosed, lower.value <= upper.value else { return nil }
    return lower.value...upper.value
  }

  /// True when on one side the data alone do not make the objective rise enough: it is open, or only
  /// the bound of another parameter ends it. Not identifiable in practice (Raue et al. 2009).
  public var isFlat: Bool {
    [lower, upper].contains { end in
      switch end {
      case .closed: false
      case .walled: true
      case .open(_, let why): why == .bound || why == .reach
      }
    }
  }

  /// How much lower than at the estimate the objective was seen; 0 when nowhere. Above
  /// `notableImprovement` the estimate is not the best one: see `Fit.improved`.
  public var improvement: Double { max(0, -(points.map(\.rise).min() ?? 0)) }

  /// The improvement that the accuracy of a simulated objective does not explain.
  public static let notableImprovement = 1e-4

  /// True when a point was found notably below the estimate.
  public var foundBetter: Bool { improvement > Profile.notableImprovement }
}

/// How a profile is followed.
///
/// All limits count work, never time, so that every machine stops at the same point.
public struct ProfileOptions: Sendable, Hashable {
  /// Level of the interval.
  public var level = 0.95
  /// Points on each side, those of the last root-finding included.
  public var maximumPoints = 40
  /// Evaluations on each side.
  public var maximumEvaluations = 2000
  /// How near the root of twice the rise must come to its limit.
  public var tolerance = 1e-6

  /// The defaults.
  public init() {}

  /// The rise that ends the interval, 1/2 chi2_{1, level}; 1.92 at 95 %.
  public var limit: Double { ChiSquare.quantile(level, degreesOfFreedom: 1) / 2 }
}
