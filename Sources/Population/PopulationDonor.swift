import LinearAlgebra

/// One donor: one or more runs with cells of one person.
public struct PopulationDonor {
  /// One run of a donor.
  public struct Occasion {
    /// The run's name.
    public let name: String
    /// The measurements.
    public let likelihood: any OccasionLikelihood
    /// The design X, m x p: psi = offset + X beta + random effects.
    public let design: Matrix
    /// What is known of psi beforehand, such as ln of a seeded density; length m.
    public let offset: [Double]
    /// X row by row.
    let designRows: [Double]

    /// A run with its measurements and design; without an offset it is 0.
    public init(
      name: String, likelihood: any OccasionLikelihood, design: Matrix, offset: [Double]? = nil
    ) {
      self.name = name
      self.offset = offset ?? [Double](repeating: 0, count: likelihood.parameterCount)
      self.likelihood = likelihood
      self.design = design
      designRows = (0..<design.rows).flatMap { i in (0..<design.columns).map { design[i, $0] } }
    }
  }

  /// The donor's name.
  public let name: String
  /// The runs.
  public let occasions: [Occasion]

  /// A donor with runs.
  public init(name: String, occasions: [Occasion]) {
    self.name = name
    self.occasions = occasions
  }
}

/// Random effects of one level: which elements of psi scatter, and whether they do so together.
public struct RandomBlock: Sendable, Hashable {
  /// Elements of psi that scatter, in order.
  public var parameters: [Int]
  /// A full covariance; else a diagonal one.
  public var isFull: Bool

  /// A block of random effects.
  public init(_ parameters: [Int], isFull: Bool = false) {
    self.parameters = parameters
    self.isFull = isFull
  }

  /// Number of effects, q.
  public var count: Int { parameters.count }

  /// The elements of the log-Cholesky factor that are estimated, row by row.
  var elements: [(row: Int, column: Int)] {
    (0..<count).flatMap { a in
      ((isFull ? 0 : a)...a).map { (a, $0) }
    }
  }

  /// The factor L from its log-Cholesky elements, row by row: the diagonal is their exponential.
  ///
  /// Source: Pinheiro and Bates (1996), Statistics and Computing 6:289, section 2.1.
  func factor(_ tau: ArraySlice<Double>) -> [Double] {
    var lower = [Double](repeating: 0, count: count * count)
    for (element, value) in zip(elements, tau) {
      lower[element.row * count + element.column] =
        element.row == element.column ? Double.exp(value) : value
    }
    return lower
  }
}

/// How the elements of psi scatter.
public struct RandomStructure: Sendable, Hashable {
  /// Between donors.
  public var donor: RandomBlock
  /// Between runs of one donor; empty where a donor has one run, or runs are taken to be alike.
  public var run: RandomBlock
  /// Degrees of freedom of a multivariate t for donors; nil for normal donors.
  ///
  /// Outlying donors then pull less. Omega is the scale matrix; a covariance is Omega df/(df - 2).
  public var studentDegrees: Double?

  /// A structure of random effects.
  public init(
    donor: RandomBlock, run: RandomBlock = RandomBlock([]), studentDegrees: Double? = nil
  ) {
    self.donor = donor
    self.run = run
    self.studentDegrees = studentDegrees
  }
}
