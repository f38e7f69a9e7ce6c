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
  public static let statements = StatementWord.entries

  /// Lines that begin with a state's name; the word is the sign after the name.
  public static let equations: [Entry] = [
    Entry(
      word: "'", form: "STATE' = EXPRESSION",
      meaning: "Rate of the concentration in a closed vessel; Q[2]' for an element of a vector."),
    Entry(word: "(0)", form: "STATE(0) = EXPRESSION", meaning: "Its value at the start."),
  ]

  /// Words inside a statement.
  public static let keywords = KeywordWord.entries

  /// Priors of a parameter.
  public static let priors = PriorWord.entries

  /// Functions of numbers.
  public static let functions = FunctionWord.entries

  /// Quantities that the engine and the run's platform provide.
  public static let builtins = BuiltinWord.entries

  /// Operations that a clock can start from.
  public static let clocks = ClockWord.entries

  /// What a seed operation can tell.
  public static let seeds = SeedWord.entries

  /// Compartments of a vessel.
  public static let compartments = Compartment.entries

  /// Noise families of `observe`.
  public static let families = FamilyWord.entries

  /// All tables with their titles, in the order of the manual.
  public static let sections: [(title: String, entries: [Entry])] = [
    ("Statements", statements), ("Equations", equations), ("Words inside a statement", keywords),
    ("Priors", priors), ("Spreads of a prior", SpreadWord.entries), ("Functions", functions),
    ("Given by the engine", builtins),
    ("Clocks", clocks), ("What a seed tells", seeds), ("Compartments", compartments),
    ("Noise", families),
  ]

  /// Words that no state, parameter or let may be called.
  static let reserved: Set<String> = Set(
    StatementWord.words + FunctionWord.words + BuiltinWord.words
      + KeywordWord.reserved.map(\.rawValue))
}
