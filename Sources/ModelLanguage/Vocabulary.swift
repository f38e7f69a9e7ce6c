import Quantities

/// The words of the model language. The parser, its suggestions and the manual read these tables.
public enum Vocabulary {
  /// One word with the form in which it is written and its meaning.
  public struct Entry: Sendable {
    /// The word itself.
    public let word: String
    /// How a line with it looks.
    public let form: String
    /// What it does.
    public let meaning: String
  }

  /// Words that begin a statement.
  public static let statements: [Entry] = [
    Entry(
      word: "model", form: "model NAME \"title\"", meaning: "Names the model; the first statement."),
    Entry(
      word: "when", form: "when \"text\"", meaning: "Says when to use the model and when not."),
    Entry(word: "source", form: "source \"text\"", meaning: "Names a source; may be repeated."),
    Entry(
      word: "cells", form: "cells NAME [unit] \"text\"",
      meaning: "A state of cells per volume: kept by a filter, lost with a split."),
    Entry(
      word: "solute", form: "solute NAME [unit] \"text\"",
      meaning: "A state of dissolved substance per volume: leaves and comes with the medium."),
    Entry(
      word: "per_cell", form: "per_cell NAME [unit] \"text\"",
      meaning: "A state carried by each cell: untouched by dilution."),
    Entry(
      word: "param",
      form: "param NAME [unit] \"text\" = VALUE in LOW ... HIGH log prior median M sd_ln S",
      meaning: "A parameter. Scale log, logit or linear; or `fixed` in place of bounds and scale. "
        + "Ends with `unverified` when its source was not read."),
    Entry(word: "let", form: "let NAME = EXPRESSION", meaning: "A name for an expression."),
    Entry(
      word: "observe", form: "observe NAME [unit] = EXPRESSION ~ FAMILY(arguments)",
      meaning: "What a measurement sees, and its noise."),
  ]

  /// Priors of a parameter.
  public static let priors: [Entry] = [
    Entry(
      word: "median", form: "prior median M sd_ln S",
      meaning: "ln(parameter) is normal; sd_logit with the scale logit."),
    Entry(word: "mean", form: "prior mean M sd S", meaning: "Normal; with the scale linear."),
    Entry(
      word: "platform", form: "prior platform",
      meaning: "The carrying capacity of the run's platform, from data/platforms."),
    Entry(
      word: "seed", form: "prior seed(vcd) sd_ln S",
      meaning: "What the run's seed operation says of vcd, dead or a solute."),
  ]

  /// Functions of numbers.
  public static let functions: [Entry] = [
    Entry(word: "exp", form: "exp(x)", meaning: "e^x; x without dimension."),
    Entry(word: "log", form: "log(x)", meaning: "Natural logarithm; x without dimension."),
    Entry(word: "sqrt", form: "sqrt(x)", meaning: "Square root."),
    Entry(word: "pow", form: "pow(x, y)", meaning: "x^y; both without dimension."),
    Entry(word: "logistic", form: "logistic(x)", meaning: "1 / (1 + exp(-x))."),
    Entry(word: "monod", form: "monod(S, K)", meaning: "S / (K + S)."),
    Entry(word: "hill", form: "hill(S, K, n)", meaning: "S^n / (K^n + S^n)."),
  ]

  /// Quantities that the engine provides.
  public static let builtins: [Entry] = [
    Entry(word: "time", form: "time", meaning: "Hours from the run's zero."),
    Entry(word: "volume", form: "volume", meaning: "Culture volume in the vessel."),
    Entry(
      word: "since", form: "since(activation)",
      meaning: "Time since an operation; negative before it. Any operation's name is a clock."),
    Entry(
      word: "fold", form: "fold(V)",
      meaning: "Cells of state V over its start, corrected for cells taken out."),
  ]

  /// Noise families of `observe`.
  public static let families: [Entry] = [
    Entry(
      word: "lognormal", form: "lognormal(sd_ln: s)", meaning: "ln(y) is normal about ln(mean)."),
    Entry(
      word: "normal", form: "normal(sd: s, relative: r)",
      meaning: "Normal with variance s^2 + (r*mean)^2; either may be left out."),
    Entry(
      word: "student_t", form: "student_t(sd_ln: s, df: 4)",
      meaning: "Student's t on ln scale (sd_ln) or natural scale (sd): survives an outlier."),
    Entry(
      word: "logit_normal", form: "logit_normal(sd: s)",
      meaning: "logit(y) is normal about logit(mean); for fractions."),
  ]
}
