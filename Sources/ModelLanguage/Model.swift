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
  /// Its name in the text; `Q[2]` for an element of a vector.
  public let name: String
  /// How operations act on it.
  public let kind: StateKind
  /// The unit of its concentration.
  public let unit: Unit
  /// What it is, in words.
  public let text: String
  /// Where it is dissolved or suspended.
  public let compartment: Compartment
  /// The name by which media bring it; its own name when the text names no other.
  public let substance: String
}

/// A value that a run gives a model once, before it starts.
public enum RunConstant: Sendable, Hashable {
  /// A quantity of the run's platform, base units: area [cm2], lumen and extracapillary [mL],
  /// capacity [1e6 cells], oxygen_transfer [1/h].
  case platform(String)
  /// What the run's seed operation says of a quantity, such as vcd, dead or a solute; base units.
  case seed(String)
}

/// What happens when the condition of an `on` statement comes true.
public struct ModelReset: Sendable {
  /// Index of its guard; the condition holds when the guard is above 0. It fires when the guard
  /// comes above 0, and again only after it was not.
  public let `guard`: Int
  /// States that are set and the indices of their new values (`Evaluator.resetValue`): all values
  /// are read before the first state is set.
  public let assignments: [(state: Int, value: Int)]
}

/// A condition of the model language that stands elsewhere than in a model, with its place.
public struct ConditionText: Sendable {
  /// The condition, such as `glucose < 4 [mmol/L]`.
  public let text: String
  /// Where it stands.
  public let place: Place

  /// A condition and where it stands.
  public init(_ text: String, at place: Place) {
    self.text = text
    self.place = place
  }
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
  /// True when it moves only the scatter of measurements, and nothing of the culture.
  public internal(set) var isNoise = false
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
  /// Counted cells ~ Poisson(mean * exposure). Needs raw counts; the noise number is 0.
  case poisson
  /// Counted cells k with the mean mu = mean * exposure and the variance mu + cv^2 mu^2. Needs raw
  /// counts; the noise number is the cv beyond Poisson.
  case negativeBinomial
  /// A fraction of n cells that were looked at: k ~ Binomial(n, f), f ~ Beta(mean c, (1 - mean) c).
  /// The noise number is the concentration c; `counted` is n where a reading has none of its own.
  case betaBinomial(counted: Double?)

  /// The scale on which the mean acts: that of symmetric noise, and the usual link of a count.
  public var scale: EstimationScale {
    switch self {
    case .lognormal, .studentTLog, .poisson, .negativeBinomial: .log
    case .normal, .studentT: .linear
    case .logitNormal, .betaBinomial: .logit
    }
  }

  /// True when only raw counts can be read.
  public var needsCounts: Bool {
    switch self {
    case .poisson, .negativeBinomial: true
    case .lognormal, .normal, .studentT, .studentTLog, .logitNormal, .betaBinomial: false
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
  /// Values that the run gives once, in the order of `Evaluator.setConstant`.
  public let runConstants: [RunConstant]
  /// Number of guards that belong to `if`, `min` and `max`; guard k sets branch k.
  public let conditionCount: Int
  /// The `on` statements.
  public let resets: [ModelReset]
  /// Number of all guards: conditions, then `on` statements, then conditions that were added.
  public let guardCount: Int
  /// Every text that the model was read from, the including one first.
  public let parts: [(file: String, text: String)]
  /// The compiled programs.
  public let program: Program

  private let items: [Loader.Item]
  private let texts: [SourceText]
  private let conditions: [ConditionSyntax]

  /// Reads, checks and compiles a model text.
  ///
  /// `including` gives the text of an included model by its name and the file that names it; nil
  /// when there is none. Without it every include is a fault. Throws `InputRefused` with every
  /// finding: file, line, column, cause and remedy.
  public init(
    parsing text: String, file: String,
    including: ((_ name: String, _ fromFile: String) -> (text: String, file: String)?)? = nil
  ) throws(InputRefused) {
    var loader = Loader(including)
    let items = loader.items(of: text, file: file)
    // A line that cannot be read would make every use of its names a fault too.
    if !loader.findings.isEmpty { throw loader.findings.refusal }
    try self.init(items: items, texts: loader.sources, conditions: [])
  }

  /// The same model with further guards after its own, in the order given.
  ///
  /// A condition may name states, parameters, lets, observables and what the engine provides.
  /// Throws `InputRefused` with the faults at the conditions' places.
  public func adding(conditions conditionTexts: [ConditionText]) throws(InputRefused) -> Model {
    var findings = FindingSheet()
    var all = self.texts
    var conditions = conditions
    for text in conditionTexts {
      let source = SourceText(text.text, file: text.place.file, origin: text.place)
      var parser = Parser(source, file: UInt16(truncatingIfNeeded: all.count))
      all.append(source)
      if let condition = parser.onlyCondition() { conditions.append(condition) }
      findings.add(parser.findings)
    }
    if all.count > Int(UInt16.max) {
      findings.add(
        Finding(
          .error, "E_MODEL_TOO_LARGE", at: conditionTexts.last?.place ?? Place(file: name),
          "More than \(UInt16.max) conditions.", remedy: "Use fewer rules."))
    }
    if !findings.isEmpty { throw findings.refusal }
    return try Model(items: items, texts: all, conditions: conditions)
  }

  private init(
    items: [Loader.Item], texts: [SourceText], conditions: [ConditionSyntax]
  ) throws(InputRefused) {
    var checker = Checker(sources: texts)
    guard let checked = checker.check(items, conditions) else { throw checker.findings.refusal }
    name = checker.title?.name ?? ""
    title = checker.title?.title ?? ""
    when = checker.when
    self.texts = texts
    self.items = items
    self.conditions = conditions
    parts = texts.filter { $0.origin == nil }.map {
      (file: $0.file, text: String(decoding: $0.bytes, as: UTF8.self))
    }
    text = parts.first?.text ?? ""
    sources = checker.citations
    states = checker.states
    parameters = checked.parameters
    observables = checker.observables
    clocks = checker.clocks
    foldStates = checker.folds
    usesVolume = checker.usesVolume
    runConstants = checker.runConstants
    conditionCount = checker.choices.count
    guardCount = checked.program.guardRegisters.count
    resets = checked.resets
    program = checked.program
  }
}
