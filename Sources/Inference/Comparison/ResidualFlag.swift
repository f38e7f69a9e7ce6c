import Quantities
import RunRecords

extension ResidualChecks {
  /// Something worth saying, in one sentence.
  public struct Flag: Sendable {
    /// What was found.
    public enum Kind: String, Sendable {
      /// Neighbours err together: the curve has another shape than the data.
      case shape
      /// One run of several lies off as a whole.
      case offset
      /// Residuals larger than the stated noise.
      case tooLarge = "too_large"
      /// Residuals smaller than the stated noise.
      case tooSmall = "too_small"
      /// One reading far from the rest.
      case outlier
      /// Residuals grow or shrink with time or with the mean.
      case unevenNoise = "uneven_noise"
      /// The sum of squares is not one of this model.
      case predictive
      /// The latest count is not where the model has it.
      case latest
    }

    /// What was found.
    public let kind: Kind
    /// The measured quantity; nil for all together.
    public let quantity: String?
    /// The run, of several; nil for all together.
    public let run: String?
    /// The probability of as much in a good fit (corrected for all checks, or predictive).
    public let pValue: Double
    /// The reading, for an outlier or the latest count.
    public let place: Place?
    /// The sentence.
    public let sentence: String

    /// True when it speaks against the model, false when it speaks of one reading or of the noise.
    public var isMisfit: Bool {
      switch kind {
      case .shape, .offset, .tooLarge, .predictive, .latest: true
      case .tooSmall, .outlier, .unevenNoise: false
      }
    }
  }

  /// A residual that was checked: standard normal under a true model, but for what the fit follows.
  public struct Point: Sendable {
    /// The number of its run.
    public let member: Int
    /// The measurement.
    public let observation: Observation
    /// Its residual; of counted cells the randomised quantile residual.
    public let residual: Double
  }
}
