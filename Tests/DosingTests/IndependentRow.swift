import Quantities
import Testing

/// One row of Records/independent.csv: what was asked, and what Python answered.
struct IndependentRow {
  /// Nil when the third calculation refuses.
  let expected: DoseFigures?
  let sheet: DoseSheet
  let rule: String

  /// The rows of the table.
  static func all(_ text: String) throws -> [IndependentRow] {
    try text.split(separator: "\n").dropFirst().map {
      try IndependentRow($0.split(separator: ",", omittingEmptySubsequences: false))
    }
  }

  private init(_ cells: [Substring]) throws {
    try #require(cells.count == 25)
    rule = String(cells[0])
    sheet = try IndependentRow.sheet(cells)
    if cells[10] == "refused" {
      expected = nil
      return
    }
    var figures = DoseFigures(
      minimum: Int(cells[10]), target: Int(cells[11]), maximum: Int(cells[12]))
    figures.planned = Int(cells[13])
    let volumes = try cells[15].split(separator: " ").map(exact)
    let doses = cells[16].split(separator: " ").map { Int($0) }
    let fills = try cells[17].split(separator: "|", omittingEmptySubsequences: false).map {
      try $0.split(separator: " ").map(exact)
    }
    for (index, count) in cells[14].split(separator: " ").enumerated() {
      figures.portions.append(
        DoseFigures.Portion(
          cells: try #require(Int(count)), volume: volumes.isEmpty ? nil : volumes[index],
          dose: doses.isEmpty ? nil : doses[index], containers: fills[index]))
    }
    figures.harvest = Int(cells[18])
    figures.dose = Int(cells[19])
    figures.safety.volumePerKilogram = try optional(cells[20])
    figures.safety.dmsoPerKilogram = try optional(cells[21])
    figures.safety.endotoxinPerKilogram = try optional(cells[22])
    figures.safety.copiesPerCarPositive = try optional(cells[23])
    figures.within = Double(cells[24])
    expected = figures
  }

  private static func sheet(_ cells: [Substring]) throws -> DoseSheet {
    var sheet = DoseSheet(
      bands: try cells[1].split(separator: "|").map(band), kilograms: try optional(cells[2]))
    sheet.choice =
      switch cells[3] {
      case "": nil
      case "target": .target
      case "minimum": .minimum
      case "maximum": .maximum
      default: .amount(try CellCount(try #require(Int(cells[3]))))
      }
    sheet.course = try course(cells[4])
    sheet.blasts = try optional(cells[5]).map { try Fraction($0) }
    if !cells[6].isEmpty { sheet.harvest = try pairs(cells[6]).map(step) }
    sheet.bags = try cells[7].split(separator: "|").map(bag)
    if !cells[8].isEmpty {
      var safety = DoseSheet.Safety()
      for (name, value) in pairs(cells[8]) {
        switch name {
        case "dmso": safety.dmso = try exact(value)
        case "endotoxin": safety.endotoxin = try exact(value)
        case "perhour": safety.containersPerHour = Int(value)
        case "copies": safety.copies = try exact(value)
        default: safety.copiesCarShare = try Fraction(exact(value))
        }
      }
      sheet.safety = safety
    }
    sheet.errors = try cells[9].split(separator: " ").map { try Fraction(exact($0)) }
    return sheet
  }

  private static func band(_ text: Substring) throws -> DoseSheet.Band {
    var band = DoseSheet.Band()
    for part in text.split(separator: " ") {
      if let edge = try edge(part) {
        if part.hasPrefix("from") { band.lower = edge } else { band.upper = edge }
        continue
      }
      let (name, value) = try #require(pairs(part).first)
      switch name {
      case "min": band.minimum = try amount(value)
      case "target": band.target = try amount(value)
      case "max": band.maximum = try amount(value)
      case "cap": band.cap = try CellCount(exact(value).numerator)
      default: band.tolerance = try Fraction(exact(value))
      }
    }
    return band
  }

  private static func edge(_ text: Substring) throws -> DoseSheet.Edge? {
    guard text.hasPrefix("from") || text.hasPrefix("to<") else { return nil }
    let rest = text.drop { $0 != "<" && $0 != ">" }.dropFirst()
    return DoseSheet.Edge(
      try exact(rest.hasPrefix("=") ? rest.dropFirst() : rest), inclusive: rest.hasPrefix("="))
  }

  private static func amount(_ text: Substring) throws -> DoseSheet.Amount {
    let isPerKilogram = text.hasSuffix("/kg")
    return DoseSheet.Amount(
      try exact(isPerKilogram ? text.dropLast(3) : text), perKilogram: isPerKilogram)
  }

  private static func course(_ text: Substring) throws -> DoseSheet.Course {
    let words = text.split(separator: " ")
    switch words[0] {
    case "fractions": return .fractions(try words.dropFirst().map(exact))
    case "components": return .components(try words.dropFirst().map(exact))
    case "split":
      return .split(
        try words[1].split(separator: "|").map { text in
          var regimen = DoseSheet.Regimen(lower: nil, upper: nil, portions: [])
          for part in text.split(separator: ":") {
            if let edge = try edge(part) {
              if part.hasPrefix("from") { regimen.lower = edge } else { regimen.upper = edge }
            } else {
              regimen.portions = try part.split(separator: "+").map {
                try CellCount(exact($0).numerator)
              }
            }
          }
          regimen.days = Array(regimen.portions.indices)
          return regimen
        })
    default: return .single
    }
  }

  private static func step(_ name: Substring, _ value: Substring) throws -> DoseSheet.Step {
    switch name {
    case "recovery": .recovery(try Fraction(exact(value)))
    case "share": .share(try Fraction(exact(value)))
    default: .cells(try CellCount(exact(value).numerator))
    }
  }

  private static func bag(_ text: Substring) throws -> DoseSheet.Bag {
    var bag = DoseSheet.Bag(
      viableDensity: nil, totalDensity: nil, shares: [], resolution: .zero, available: .zero)
    for (name, value) in pairs(text) {
      switch name {
      case "viable": bag.viableDensity = try exact(value)
      case "total": bag.totalDensity = try exact(value)
      case "step": bag.resolution = try exact(value)
      case "have": bag.available = try exact(value)
      case "dead": bag.dead = try exact(value)
      case "over": bag.overfill = try exact(value)
      case "most": bag.mostContainers = try #require(Int(value))
      case "shares":
        bag.shares = try value.split(separator: "*").map { try Fraction(exact($0)) }
      default:
        bag.sizes = try value.split(separator: "+").map { size in
          let dots = try #require(size.firstRange(of: ".."))
          return try exact(size[..<dots.lowerBound])...exact(size[dots.upperBound...])
        }
      }
    }
    return bag
  }

  private static func pairs(_ text: Substring) -> [(Substring, Substring)] {
    text.split(separator: " ").compactMap { part in
      part.firstIndex(of: "=").map { (part[..<$0], part[part.index(after: $0)...]) }
    }
  }
}

private func optional(_ text: Substring) throws -> Rational? {
  text.isEmpty ? nil : try exact(text)
}

/// `5`, or `7/3`.
private func exact(_ text: Substring) throws -> Rational {
  let parts = text.split(separator: "/")
  let numerator = try #require(Int128(parts[0]))
  return try Rational(numerator, over: parts.count > 1 ? #require(Int128(parts[1])) : 1)
}
