import Quantities

/// A word of the language with how it is written and what it means.
///
/// The parser and the checker know words only through these enumerations, and the manual prints
/// the same cases: a word that one knows and the other lacks cannot be written.
protocol LanguageWord: RawRepresentable, CaseIterable, Sendable where RawValue == String {
  var form: String { get }
  var meaning: String { get }
}

extension LanguageWord {
  static var entries: [Vocabulary.Entry] {
    allCases.map { Vocabulary.Entry(word: $0.rawValue, form: $0.form, meaning: $0.meaning) }
  }

  static var words: [String] { allCases.map(\.rawValue) }
}

/// Words that begin a statement.
enum StatementWord: String, LanguageWord {
  case model, when, source, include, replace, cells, solute
  case perCell = "per_cell"
  case param
  case define = "let"
  case loop = "for"
  case on, observe

  var form: String {
    switch self {
    case .model: "model NAME \"title\""
    case .when: "when \"text\""
    case .source: "source \"text\""
    case .include: "include NAME"
    case .replace: "replace STATEMENT"
    case .cells: "cells NAME [unit] \"text\""
    case .solute: "solute NAME [unit] \"text\" in extracapillary of glucose"
    case .perCell: "per_cell NAME [unit] \"text\""
    case .param: "param NAME [unit] \"text\" = VALUE in LOW ... HIGH log prior median M sd_ln S"
    case .define: "let NAME = EXPRESSION"
    case .loop: "for i in 2 ... 4: Q[i]' = EXPRESSION"
    case .on: "on CONDITION: STATE = EXPRESSION, ..."
    case .observe: "observe NAME [unit] = EXPRESSION ~ FAMILY(arguments)"
    }
  }

  var meaning: String {
    switch self {
    case .model: "Names the model; the first statement."
    case .when: "Says when to use the model and when not."
    case .source: "Names a source; may be repeated."
    case .include:
      "Takes over another model's states, parameters, lets, equations and observables."
    case .replace:
      "Puts this param, let, equation or observe in the place of an included one."
    case .cells:
      "A state of cells per volume: kept by a filter, lost with a split. NAME[4] makes a vector."
    case .solute:
      "A state of dissolved substance per volume: leaves and comes with the medium. `in` names its "
        + "compartment, `of` the name by which media bring it; both may be left out."
    case .perCell: "A state carried by each cell: untouched by dilution."
    case .param:
      "A parameter. Scale log, logit or linear; or `fixed` in place of bounds and scale. "
        + "Ends with `unverified` when its source was not read."
    case .define: "A name for an expression."
    case .loop: "Repeats an equation or a start value for every whole number of a range."
    case .on:
      "When the condition comes true, sets states to new values; again after it stopped holding."
    case .observe: "What a measurement sees, and its noise."
    }
  }
}

/// Priors of a parameter.
enum PriorWord: String, LanguageWord {
  case median, mean, platform, seed

  var form: String {
    switch self {
    case .median: "prior median M sd_ln S"
    case .mean: "prior mean M sd S"
    case .platform: "prior platform sd_ln S"
    case .seed: "prior seed(vcd) sd_ln S"
    }
  }

  var meaning: String {
    switch self {
    case .median: "ln(parameter) is normal; sd_logit with the scale logit."
    case .mean: "Normal; with the scale linear."
    case .platform:
      "The carrying capacity of the run's platform; without sd_ln with the platform's own spread."
    case .seed: "What the run's seed operation says of vcd, dead or a solute."
    }
  }
}

/// Spreads of a prior.
enum SpreadWord: String, LanguageWord {
  case sdLn = "sd_ln"
  case sdLogit = "sd_logit"
  case sd

  var form: String { rawValue + " S" }

  var meaning: String {
    switch self {
    case .sdLn: "Standard deviation of ln(parameter)."
    case .sdLogit: "Standard deviation of logit(parameter)."
    case .sd: "Standard deviation in the parameter's unit."
    }
  }
}

/// Functions of numbers.
enum FunctionWord: String, LanguageWord {
  case exp, log, sqrt, pow, logistic, smooth, monod, hill, min, max, sum

  /// Number of arguments.
  var count: Int {
    switch self {
    case .exp, .log, .sqrt, .logistic, .sum: 1
    case .pow, .smooth, .monod, .min, .max: 2
    case .hill: 3
    }
  }

  var form: String {
    switch self {
    case .exp: "exp(x)"
    case .log: "log(x)"
    case .sqrt: "sqrt(x)"
    case .pow: "pow(x, y)"
    case .logistic: "logistic(x)"
    case .smooth: "smooth(x, width)"
    case .monod: "monod(S, K)"
    case .hill: "hill(S, K, n)"
    case .min: "min(a, b)"
    case .max: "max(a, b)"
    case .sum: "sum(Q)"
    }
  }

  var meaning: String {
    switch self {
    case .exp: "e^x; x without dimension."
    case .log: "Natural logarithm; x without dimension."
    case .sqrt: "Square root."
    case .pow: "x^y; both without dimension."
    case .logistic: "1 / (1 + exp(-x))."
    case .smooth: "1 / (1 + exp(-x / width)): a switch from 0 to 1 that is smooth about x = 0."
    case .monod: "S / (K + S)."
    case .hill: "S^n / (K^n + S^n)."
    case .min: "The smaller; the crossing is an event that the solver lands on."
    case .max: "The larger; the crossing is an event that the solver lands on."
    case .sum: "Sum of all elements of a vector of states."
    }
  }
}

/// Quantities that the engine provides.
enum BuiltinWord: String, LanguageWord {
  case time, volume, since, fold, seed, area, lumen, extracapillary, capacity
  case oxygenTransfer = "oxygen_transfer"

  /// Dimension of a quantity of the run's platform; nil for what is not one.
  var platform: Dimension? {
    switch self {
    case .area: Dimension(area: 1)
    case .lumen, .extracapillary: Dimension(volume: 1)
    case .capacity: Dimension(cells: 1)
    case .oxygenTransfer: Dimension(time: -1)
    case .time, .volume, .since, .fold, .seed: nil
    }
  }

  var form: String {
    switch self {
    case .since: "since(activation)"
    case .fold: "fold(V)"
    case .seed: "seed(vcd)"
    default: rawValue
    }
  }

  var meaning: String {
    switch self {
    case .time: "Hours from the run's zero."
    case .volume: "Culture volume in the vessel, where the cells are."
    case .since: "Time since an operation; negative before it. The clocks stand below."
    case .fold: "Cells of state V over its start, corrected for cells taken out."
    case .seed:
      "What the run's seed operation says: \(SeedWord.words.joined(separator: ", "))."
    case .area: "Growth area of the run's platform [cm2]."
    case .lumen: "Volume inside the fibres of the run's platform [mL]."
    case .extracapillary: "Volume outside the fibres of the run's platform [mL]."
    case .capacity: "Carrying capacity of the run's platform [cells]."
    case .oxygenTransfer: "Oxygen transfer coefficient kLa of the run's platform [1/h]."
    }
  }
}

/// Noise families of `observe`.
enum FamilyWord: String, LanguageWord {
  case lognormal, normal
  case studentT = "student_t"
  case logitNormal = "logit_normal"
  case poisson
  case negativeBinomial = "negative_binomial"
  case betaBinomial = "beta_binomial"

  var arguments: [String] {
    switch self {
    case .lognormal: ["sd_ln", "floor"]
    case .normal: ["sd", "relative"]
    case .studentT: ["sd_ln", "sd", "df"]
    case .logitNormal: ["sd"]
    case .poisson: []
    case .negativeBinomial: ["cv"]
    case .betaBinomial: ["concentration", "counted"]
    }
  }

  var form: String {
    switch self {
    case .lognormal: "lognormal(sd_ln: s)"
    case .normal: "normal(sd: s, relative: r)"
    case .studentT: "student_t(sd_ln: s, df: 4)"
    case .logitNormal: "logit_normal(sd: s)"
    case .poisson: "poisson()"
    case .negativeBinomial: "negative_binomial(cv: s)"
    case .betaBinomial: "beta_binomial(concentration: c, counted: 200)"
    }
  }

  var meaning: String {
    switch self {
    case .lognormal:
      "ln(y) is normal about ln(mean). Raw counts are read as negative_binomial with the cv s. "
        + "With a floor f, in the observable's unit, the variance is s^2 + (f/mean)^2."
    case .normal: "Normal with variance s^2 + (r*mean)^2; either may be left out."
    case .studentT:
      "Student's t on ln scale (sd_ln) or natural scale (sd): survives an outlier."
    case .logitNormal: "logit(y) is normal about logit(mean); for fractions."
    case .poisson: "Raw counts with Poisson's variance and no more; needs raw counts."
    case .negativeBinomial:
      "Raw counts with the variance m + (s*m)^2, where m is the expected count; needs raw counts."
    case .betaBinomial:
      "A fraction of counted cells that itself scatters as Beta(mean*c, (1-mean)*c). `counted` is "
        + "the number of cells looked at where a run does not tell it."
    }
  }
}

/// Words inside a statement.
enum KeywordWord: String, LanguageWord {
  case choose = "if"
  case then
  case otherwise = "else"
  case within = "in"
  case of, log, linear, logit, fixed, unverified, prior

  /// Those that may follow the value of a parameter.
  static let ofParameter: [KeywordWord] =
    [.within, .log, .linear, .logit, .fixed, .unverified, .prior]
  /// Those that no name may be.
  static let reserved: [KeywordWord] = [.choose, .then, .otherwise, .within, .of]

  var form: String {
    switch self {
    case .choose, .then, .otherwise: "if a < b then x else y"
    case .within: "in LOW ... HIGH, in extracapillary"
    case .of: "of SUBSTANCE"
    case .prior: "prior ..."
    default: rawValue
    }
  }

  var meaning: String {
    switch self {
    case .choose: "Begins a choice; conditions are <, <=, > or >= between equal dimensions."
    case .then: "What the choice is while the condition holds."
    case .otherwise: "What it is while not; the change is an event that the solver lands on."
    case .within: "Bounds of a parameter, the range of `for`, or the compartment of a state."
    case .of: "The name by which media bring a solute; its own name when left out."
    case .log: "Estimated as its logarithm; for positive parameters."
    case .linear: "Estimated as it is."
    case .logit: "Estimated as ln(p / (1 - p)); for fractions."
    case .fixed: "Not estimated."
    case .unverified: "The source of the value was not read; reports mark it."
    case .prior: "What is known before the data."
    }
  }
}

/// Where a state is dissolved or suspended.
public enum Compartment: String, Sendable, Hashable, CaseIterable {
  /// The vessel with the cells: its volume is `volume`.
  case vessel
  /// The space outside the fibres of a hollow-fibre vessel.
  case extracapillary
}

extension Compartment: LanguageWord {
  var form: String { "in \(rawValue)" }
  var meaning: String {
    switch self {
    case .vessel: "Where the cells are; every state that names no compartment."
    case .extracapillary: "Outside the fibres of a hollow-fibre vessel."
    }
  }
}

/// Operations that a clock can start from.
enum ClockWord: String, LanguageWord {
  case seed, activation, transduction, feed, exchange, split, wash

  var form: String { "since(\(rawValue))" }
  var meaning: String { "Time since the last \(rawValue)." }
}

/// What a seed operation can tell.
enum SeedWord: String, LanguageWord {
  case vcd, dead, glucose, lactate, glutamine, glutamate, ammonia, il2

  var dimension: Dimension {
    switch self {
    case .vcd, .dead: Dimension(cells: 1, volume: -1)
    case .glucose, .lactate, .glutamine, .glutamate, .ammonia: Dimension(moles: 1, volume: -1)
    case .il2: Dimension(volume: -1, activity: 1)
    }
  }

  var form: String { "seed(\(rawValue))" }
  var meaning: String {
    switch self {
    case .vcd: "Viable cell density."
    case .dead: "Dead cell density."
    default: "Concentration of \(rawValue) in the medium."
    }
  }
}
