import Quantities

/// How operations of the vessel act on a state.
public enum StateKind: String, Sendable, Hashable {
  /// Cells: kept by a perfusion filter, lost with a split or sample.
  case cells
  /// Dissolved substance: leaves with the medium, comes with the feed.
  case solute
  /// An attribute of each cell: untouched by dilution.
  case perCell = "per_cell"
}

/// A state of a model.
public struct ModelState: Sendable, Hashable {
  /// Its name in the text.
  public let name: String
  /// How operations act on it.
  public let kind: StateKind
  /// The unit of its concentration.
  public let unit: Unit
  /// What it is, in words.
  public let text: String
}

/// The scale on which a parameter is estimated.
public enum EstimationScale: String, Sendable, Hashable {
  case log, logit, linear

  /// The parameter on its estimation scale: ln p, ln(p / (1 - p)) or p.
  public func toEstimation(_ natural: Double) -> Double {
    switch self {
    case .log: Double.log(natural)
    case .logit: Double.log(natural / (1 - natural))
    case .linear: natural
    }
  }

  /// The inverse of `toEstimation`.
  public func toNatural(_ estimation: Double) -> Double {
    switch self {
    case .log: Double.exp(estimation)
    case .logit: 1 / (1 + Double.exp(-estimation))
    case .linear: estimation
    }
  }

  /// d natural / d estimation at a natural value.
  public func slope(atNatural natural: Double) -> Double {
    switch self {
    case .log: natural
    case .logit: natural * (1 - natural)
    case .linear: 1
    }
  }
}

/// What is known of a parameter before the data.
public enum Prior: Sendable, Hashable {
  /// Normal on the estimation scale, about the estimation-scale image of a natural centre.
  case normal(center: Double, sd: Double)
  /// The capacity of the run's platform; `sd` overrides the platform's own.
  case platform(sd: Double?)
  /// What the seed operation says of a quantity, with a spread of its logarithm.
  case seed(quantity: String, sd: Double)
}

/// A parameter of a model, in base units.
public struct ModelParameter: Sendable, Hashable {
  /// Its name in the text.
  public let name: String
  /// Its unit.
  public let unit: Unit
  /// What it is, in words.
  public let text: String
  /// Start value, or the value when fixed.
  public let value: Double
  /// Bounds; both equal to `value` when fixed.
  public let bounds: ClosedRange<Double>
  /// The scale on which it is estimated.
  public let scale: EstimationScale
  /// Its prior, if any.
  public let prior: Prior?
  /// True when it is not estimated.
  public let isFixed: Bool
  /// True when the author marked its source as not read.
  public let isUnverified: Bool
}

/// How a measurement scatters about its mean.
public enum NoiseFamily: Sendable, Hashable {
  /// ln y ~ N(ln mean, sd).
  case lognormal
  /// y ~ N(mean, sd).
  case normal
  /// ln y ~ ln mean + sd * t(df).
  case studentTLog(df: Double)
  /// y ~ mean + sd * t(df).
  case studentT(df: Double)
  /// logit y ~ N(logit mean, sd).
  case logitNormal

  /// The scale on which the noise is symmetric.
  public var scale: EstimationScale {
    switch self {
    case .lognormal, .studentTLog: .log
    case .normal, .studentT: .linear
    case .logitNormal: .logit
    }
  }
}

/// What a measurement of a model sees.
public struct ModelObservable: Sendable, Hashable {
  /// The measured quantity's name, as in run files.
  public let name: String
  /// The unit in which it is written.
  public let unit: Unit
  /// The family of its noise.
  public let family: NoiseFamily
}

/// A checked model with its register programs.
public struct Model: Sendable {
  /// Its name.
  public let name: String
  /// Its title.
  public let title: String
  /// When to use it and when not.
  public let when: [String]
  /// Its sources.
  public let sources: [String]
  /// Its states, in the order of the text.
  public let states: [ModelState]
  /// Its parameters, in the order of the text.
  public let parameters: [ModelParameter]
  /// Its observables, in the order of the text.
  public let observables: [ModelObservable]
  /// The text it was read from.
  public let text: String
  /// The operations whose clocks it reads.
  public let clocks: [String]
  /// Indices of the states whose corrected fold expansion it reads.
  public let foldStates: [Int]
  /// True when a rate, a start value or an observable reads the culture volume.
  public let usesVolume: Bool
  /// The compiled programs.
  public let program: Program

  /// Reads, checks and compiles a model text.
  ///
  /// Throws `InputRefused` with every finding: file, line, column, cause and remedy.
  public init(parsing text: String, file: String) throws(InputRefused) {
    var parser = Parser(text, file: file)
    let statements = parser.statements()
    // A line that cannot be read would make every use of its names a fault too.
    if !parser.findings.isEmpty {
      throw InputRefused(parser.findings.sorted { $0.place < $1.place })
    }
    var checker = Checker(file: file)
    for statement in statements { checker.declare(statement) }
    for statement in statements { checker.define(statement) }
    checker.finish()
    if !checker.findings.isEmpty {
      throw InputRefused(checker.findings.sorted { $0.place < $1.place })
    }
    self = checker.model(text: text)
  }

  init(
    name: String, title: String, when: [String], sources: [String], states: [ModelState],
    parameters: [ModelParameter], observables: [ModelObservable], text: String, clocks: [String],
    foldStates: [Int], usesVolume: Bool, program: Program
  ) {
    self.name = name
    self.title = title
    self.when = when
    self.sources = sources
    self.states = states
    self.parameters = parameters
    self.observables = observables
    self.text = text
    self.clocks = clocks
    self.foldStates = foldStates
    self.usesVolume = usesVolume
    self.program = program
  }
}
