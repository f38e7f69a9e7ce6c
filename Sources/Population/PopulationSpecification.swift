/// What varies between donors and runs of one text model, and with which covariates.
public struct PopulationSpecification: Sendable {
  /// A covariate of one parameter: an attribute of the runs that acts on its estimation scale.
  public struct Covariate: Sendable, Hashable {
    /// The model's parameter.
    public var parameter: String
    /// The attribute's name; see `Run.attribute`.
    public var name: String
    /// What is done to its numbers.
    public var transform: CovariateTransform
    /// How its values become columns; nil for the coding that the runs give.
    public var coding: CovariateCoding?

    /// A covariate of a parameter.
    public init(
      parameter: String, name: String, transform: CovariateTransform = .none,
      coding: CovariateCoding? = nil
    ) {
      (self.parameter, self.name, self.transform) = (parameter, name, transform)
      self.coding = coding
    }

    /// A covariate as it is written: `mu~age`, `mu ~ ln(il2_level)`; nil for any other text.
    public init?(parsing text: String) {
      let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        .map { $0.filter { $0 != " " } }
      guard parts.count == 2 else { return nil }
      var name = parts[1].lowercased()
      transform = .none
      if name.hasPrefix("ln("), name.hasSuffix(")") {
        transform = .ln
        name = String(name.dropFirst(3).dropLast())
      }
      func isName(_ text: String) -> Bool {
        text.unicodeScalars.first.map { $0.properties.isAlphabetic } == true
          && text.unicodeScalars.allSatisfy {
            $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil
          }
      }
      guard isName(parts[0]), isName(name) else { return nil }
      (parameter, self.name) = (parts[0], name)
    }

    /// As it is written: `mu ~ ln(il2_level)`.
    public var text: String { "\(parameter) ~ \(transform.label(name))" }
  }

  /// Parameters that vary between donors.
  public var donorEffects: [String]
  /// Parameters that vary between runs of one donor.
  public var runEffects: [String] = []
  /// Whether the effects of one level are correlated.
  public var isFull = false
  /// Covariates.
  public var covariates: [Covariate] = []
  /// Degrees of freedom of a multivariate t for donors; nil for normal donors.
  public var studentDegrees: Double?
  /// Start of every standard deviation, on the estimation scale.
  public var startDeviation = 0.3
  /// Parameters whose fixed effect gets the model's own prior (maximum a posteriori), by name; nil
  /// for all that have one. Empty, the default, is maximum likelihood.
  public var priors: Set<String>? = []

  /// What varies between donors.
  public init(donorEffects: [String]) { self.donorEffects = donorEffects }
}
