import Quantities

extension DoseRule {
  func checkCourse() throws(RuleFault) {
    switch course {
    case .single: return
    case .repeated(let repeats):
      guard repeats.most >= 2 else {
        throw RuleFault(
          "E_RULE_REPEATS", .course(0), "A dose that is given once is not repeated.",
          "Write the greatest number of doses, 2 or more, or take 'repeats' away.")
      }
    case .fractions(let fractions): try checkSum(fractions.map(\.share), "fractions")
    case .components(let components): try checkComponents(components)
    case .split(let split): try checkSplit(split)
    }
  }

  private func checkSum(_ shares: [Rational], _ what: String) throws(RuleFault) {
    guard shares.count >= 2 else {
      throw RuleFault(
        "E_RULE_SUM", .course(0), "There are fewer than two \(what).",
        "State all of them, or none.")
    }
    var sum = Rational.zero
    for (index, share) in shares.enumerated() {
      guard share > .zero, let next = try? sum.plus(share) else {
        throw RuleFault(
          "E_RULE_SUM", .course(index), "A share is not above zero.", "Check the share.")
      }
      sum = next
    }
    guard sum == .one else {
      throw RuleFault(
        "E_RULE_SUM", .course(shares.count - 1), "The \(what) sum to \(sum), not to 1.",
        "Write shares that sum to exactly 1, such as 1/3 rather than 33 %.")
    }
  }

  private func checkComponents(_ components: [DoseComponent]) throws(RuleFault) {
    for (index, component) in components.enumerated() {
      if components[..<index].contains(where: { $0.name == component.name }) {
        throw RuleFault(
          "E_RULE_COMPONENT", .course(index), "The component '\(component.name)' occurs twice.",
          "Give each component its own name.")
      }
      if let allowed = component.allowed, !allowed.contains(component.share) {
        throw RuleFault(
          "E_RULE_COMPONENT", .course(index), "The share is outside the shares it allows.",
          "Check the numbers against the source.")
      }
    }
    try checkSum(components.map(\.share), "components")
  }

  private func checkSplit(_ split: BlastSplit) throws(RuleFault) {
    guard kind == .flatFixed, let band = bands.first, band.tolerance == nil,
      case .cells(let target) = band.target
    else {
      throw RuleFault(
        "E_RULE_SPLIT", .regimen(0), "Portions by blasts need one target in cells.",
        "Write 'kind: \(Kind.flatFixed.rawValue)' and the total as its target.")
    }
    guard !split.regimens.isEmpty else {
      throw RuleFault("E_RULE_SPLIT", .regimen(0), "There is no regimen.", "State the regimens.")
    }
    try Cover.check(
      split.regimens.map { regimen in
        Cover(
          lower: regimen.lower.map { ($0.share.value, $0.inclusive) },
          upper: regimen.upper.map { ($0.share.value, $0.inclusive) })
      }, "regimen",
      name: { value in
        "the share of blasts \((try? Fraction(value).description) ?? value.description)"
      },
      part: { .regimen($0) })
    for (index, regimen) in split.regimens.enumerated() {
      if regimen.portions.isEmpty, regimen.state == .unverified { continue }
      let days = regimen.portions.map(\.day)
      guard zip(days, days.dropFirst()).allSatisfy(<), days.allSatisfy({ $0 >= 1 }) else {
        throw RuleFault(
          "E_RULE_SPLIT", .regimen(index), "The days of the portions do not ascend from 1.",
          "Write the portions in the order in which they are given; the first day is day 1.")
      }
      var sum: Int128 = 0
      for portion in regimen.portions { sum += Int128(portion.cells.cells) }
      guard sum == Int128(target.cells), regimen.portions.allSatisfy({ $0.cells > .zero }) else {
        throw RuleFault(
          "E_RULE_SPLIT", .regimen(index), "The portions do not sum to the target.",
          "Check the numbers against the source.")
      }
      for portion in regimen.portions where !portion.bags.isEmpty {
        let cells = portion.bags.reduce(Int128(0)) { $0 + Int128($1.cells.cells) }
        guard cells == Int128(portion.cells.cells),
          portion.bags.allSatisfy({ $0.cells > .zero })
        else {
          throw RuleFault(
            "E_RULE_SPLIT", .regimen(index),
            "The bags of day \(portion.day) do not sum to its cells.",
            "State what each bag gives to that day, or leave the bags out for one bag.")
        }
      }
    }
  }
}
