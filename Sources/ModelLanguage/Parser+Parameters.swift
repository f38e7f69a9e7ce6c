import Quantities

extension Parser {
  mutating func parameter(_ place: Spot) throws(GiveUp) -> ParameterSyntax {
    let parameterName = try name("the parameter's name")
    let parameterUnit = try unit()
    let description = optionalText()
    try expect(.equals)
    var result = ParameterSyntax(
      name: parameterName, unit: parameterUnit, text: description, value: try signedNumber(),
      spot: place)
    while current.kind == .word {
      let word = content(current)
      guard let keyword = KeywordWord(rawValue: word), KeywordWord.ofParameter.contains(keyword)
      else {
        let known = KeywordWord.ofParameter.map(\.rawValue)
        throw fail(
          "E_MODEL_KEYWORD",
          "Unknown keyword '\(word)'." + Suggestion.phrase(for: word, among: known),
          "After the value come: \(known.joined(separator: ", ")).")
      }
      let isTwice: Bool =
        switch keyword {
        case .within: result.bounds != nil
        case .log, .linear, .logit: result.scale != nil
        case .prior: result.prior != nil
        default: false
        }
      if isTwice {
        throw fail(
          "E_MODEL_TWICE", "'\(keyword.rawValue)' says a second time what stands before it.",
          "Keep one of them.")
      }
      advance()
      switch keyword {
      case .within:
        let low = try signedNumber()
        try expect(.upTo)
        result.bounds = (low, try signedNumber())
      case .log: result.scale = .log
      case .linear: result.scale = .linear
      case .logit: result.scale = .logit
      case .fixed: result.fixed = true
      case .unverified: result.unverified = true
      case .prior: result.prior = try prior()
      case .choose, .then, .otherwise, .of: break
      }
    }
    return result
  }

  private mutating func prior() throws(GiveUp) -> PriorSyntax {
    let place = spot
    let text = try name("a prior")
    guard let word = PriorWord(rawValue: text) else {
      throw fail(
        "E_MODEL_PRIOR",
        "Unknown prior '\(text)'." + Suggestion.phrase(for: text, among: PriorWord.words),
        "Write one of: " + Vocabulary.priors.map(\.form).joined(separator: "; ") + ".", at: place)
    }
    switch word {
    case .median, .mean:
      let center = try signedNumber()
      return .located(center: word, center, spread: try spread(), try number(), place)
    case .platform:
      guard current.kind == .word, content(current) == SpreadWord.sdLn.rawValue else {
        return .platform(sd: nil, place)
      }
      advance()
      return .platform(sd: try number(), place)
    case .seed:
      try expect(.open)
      let quantity = try name("vcd, dead or a solute")
      try expect(.close)
      guard try name("sd_ln") == SpreadWord.sdLn.rawValue else {
        throw fail(
          "E_MODEL_PRIOR", "A seed prior needs sd_ln.", "Write prior seed(vcd) sd_ln 0.10.")
      }
      return .seed(quantity: quantity, sd: try number(), place)
    }
  }

  private mutating func spread() throws(GiveUp) -> SpreadWord {
    let place = spot
    let word = try name("sd_ln, sd_logit or sd")
    guard let spread = SpreadWord(rawValue: word) else {
      throw fail(
        "E_MODEL_PRIOR",
        "Unknown spread '\(word)'."
          + Suggestion.phrase(for: word, among: SpreadWord.allCases.map(\.rawValue)),
        "Write sd_ln, sd_logit or sd.", at: place)
    }
    return spread
  }
}
