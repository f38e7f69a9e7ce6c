import Dosing
import Quantities

/// What a column of a batch is called and holds, and where its cells go in the request.
struct DoseBatchColumn: Sendable {
  /// What stands in a cell.
  enum Content: Sendable {
    /// Words.
    case text
    /// `true` or `false`.
    case flag
    /// YYYY-MM-DD.
    case day
    /// An instant with its offset.
    case time
    /// A number in one of these units; the unit stands in the heading.
    case number(DoseUnits)
  }

  /// A cell that was read.
  enum Value: Sendable {
    case text(String)
    case flag(Bool)
    case day(CivilDate)
    case time(CivilTime)
    case number(Rational)

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var day: CivilDate? { if case .day(let day) = self { day } else { nil } }
    var time: CivilTime? { if case .time(let time) = self { time } else { nil } }
    var number: Rational? { if case .number(let number) = self { number } else { nil } }
  }

  /// Puts a cell, or nil for an empty one, into the row.
  typealias Setter = @Sendable (inout DoseBatchRow, Value?) throws -> Void

  let name: String
  let content: Content
  let set: Setter

  private init(_ name: String, _ content: Content, _ set: @escaping Setter) {
    self.name = name
    self.content = content
    self.set = set
  }

  /// `weight [kg]`.
  var heading: String {
    if case .number(let units) = content { return "\(name) [\(units.factors[0].unit)]" }
    return name
  }

  /// The columns but for the percentages, which are named `CELLS of CELLS [%]`.
  static let all: [DoseBatchColumn] = patient + weight + plan + certificate + supply + results

  private static let patient = [
    DoseBatchColumn("patient", .text) { $0.patient = $1?.text },
    DoseBatchColumn("product_code", .text) { $0.identifiers.productCode = $1?.text },
    DoseBatchColumn("donation", .text) { $0.identifiers.donation = $1?.text },
    DoseBatchColumn("recipient", .text) { $0.identifiers.recipient = $1?.text },
    DoseBatchColumn("batch", .text) { $0.identifiers.batch = $1?.text },
  ]

  private static let weight = [
    DoseBatchColumn("age", .number(.age)) { $0.request.age = $1?.number },
    DoseBatchColumn("weight", .number(.mass)) { row, value in
      let mass = try value?.number.map { try BodyMass(kilograms: $0) }
      row.weight { $0.mass = mass }
    },
    DoseBatchColumn("weight_measured", .flag) { row, value in
      row.weight { $0.isMeasured = value?.flag }
    },
    DoseBatchColumn("weight_date", .day) { row, value in row.weight { $0.date = value?.day } },
    DoseBatchColumn("weight_reference", .text) { row, value in
      let reference = try value?.text.map { try word($0, Product.WeightReference.self) }
      row.weight { $0.reference = reference }
    },
    DoseBatchColumn("reference_date", .day) { row, value in
      row.weight { $0.referenceDate = value?.day }
    },
    DoseBatchColumn("other_weight", .number(.mass)) { row, value in
      let mass = try value?.number.map { try BodyMass(kilograms: $0) }
      row.weight { $0.earlier = mass }
    },
    DoseBatchColumn("other_date", .day) { row, value in
      row.weight { $0.earlierDate = value?.day }
    },
    DoseBatchColumn("infusion_at", .time) { $0.request.infusion = $1?.time },
    DoseBatchColumn("earlier_weight", .number(.mass)) { row, value in
      let mass = try value?.number.map { try BodyMass(kilograms: $0) }
      row.weight { $0.earlier = mass }
    },
    DoseBatchColumn("earlier_date", .day) { row, value in
      row.weight { $0.earlierDate = value?.day }
    },
  ]

  private static let plan = [
    DoseBatchColumn("plan", .text) { row, value in
      row.request.planned = try value?.text.map { text in
        switch text {
        case "target": .target
        case "minimum": .minimum
        case "maximum": .maximum
        default: throw DoseCellFault("'plan' is one of target, minimum, maximum.")
        }
      }
    },
    DoseBatchColumn("planned", .number(.cells)) { row, value in
      row.request.planned = try value?.number.map { .amount(try cells($0)) }
    },
    DoseBatchColumn("level", .text) { $0.request.level = $1?.text },
    DoseBatchColumn("blasts", .number(.share)) { row, value in
      row.request.blasts = try value?.number.map { try Fraction($0) }
    },
  ]

  private static let certificate = [
    DoseBatchColumn("certificate", .text) { row, value in
      row.certificate { $0.number = value?.text }
    },
    DoseBatchColumn("viable_density", .number(.density)) { row, value in
      let density = try value?.number.map { try ViableDensity(cellsPerMilliliter: $0) }
      row.certificate { $0.viableDensity = density }
    },
    DoseBatchColumn("total_density", .number(.density)) { row, value in
      let density = try value?.number.map { try TotalDensity(cellsPerMilliliter: $0) }
      row.certificate { $0.totalDensity = density }
    },
    DoseBatchColumn("method", .text) { row, value in
      row.certificate { $0.densityMethod = value?.text }
    },
    DoseBatchColumn("sample", .text) { row, value in
      let sample = try value?.text.map { try word($0, SamplePoint.self) }
      row.certificate { $0.densitySample = sample }
    },
    DoseBatchColumn("taken", .time) { row, value in
      row.certificate { $0.densityTaken = value?.time }
    },
    DoseBatchColumn("volume", .number(.volume)) { row, value in
      let volume = try value?.number.map { try Volume(milliliters: $0) }
      row.certificate { $0.volume = volume }
    },
    DoseBatchColumn("stated_cells", .number(.cells)) { row, value in
      let count = try value?.number.map { try cells($0) }
      row.certificate { $0.statedCells = count }
    },
  ]

  private static let supply = [
    DoseBatchColumn("step", .number(.volume)) { row, value in
      let volume = try value?.number.map { try Volume(milliliters: $0) }
      row.supply { $0.resolution = volume }
    },
    DoseBatchColumn("dead_volume", .number(.volume)) { row, value in
      let volume = try value?.number.map { try Volume(milliliters: $0) }
      row.supply { $0.deadVolume = volume }
    },
    DoseBatchColumn("overfill", .number(.volume)) { row, value in
      let volume = try value?.number.map { try Volume(milliliters: $0) }
      row.supply { $0.overfill = volume }
    },
  ]

  private static let results = [
    DoseBatchColumn("viability", .number(.share)) { row, value in
      let viability = try value?.number.map { try Fraction($0) }
      row.results { $0.viability = viability }
    },
    DoseBatchColumn("dmso", .number(.dmso)) { row, value in
      let dmso = try value?.number.map { try MilligramsPerMilliliter($0) }
      row.results { $0.dmso = dmso }
    },
    DoseBatchColumn("endotoxin", .number(.endotoxin)) { row, value in
      let endotoxin = try value?.number.map { try EndotoxinPerMilliliter($0) }
      row.results { $0.endotoxin = endotoxin }
    },
    DoseBatchColumn("vector_copies", .number(.copies)) { row, value in
      row.results { $0.copies = value?.number }
    },
    DoseBatchColumn("copies_of_car_positive", .number(.share)) { row, value in
      let share = try value?.number.map { try Fraction($0) }
      row.results { $0.copiesCarShare = share }
    },
    DoseBatchColumn("beads", .number(.beads)) { row, value in
      row.results { $0.beads = value?.number }
    },
  ]

  /// The column of a percentage, `viable T cells of viable cells`; nil for another name.
  static func percentage(_ name: String) -> DoseBatchColumn? {
    let parts = QuantityWords.split(name, at: " of ")
    guard parts.count == 2, let child = CellPopulation(rawValue: parts[0]),
      let parent = CellPopulation(rawValue: parts[1])
    else { return nil }
    return DoseBatchColumn(name, .number(.share)) { row, value in
      row.percentage(child, of: parent, try value?.number.map { try Fraction($0) })
    }
  }

  private static func cells(_ value: Rational) throws -> CellCount {
    guard value.isInteger else { throw DoseCellFault("This is not a whole number of cells.") }
    return try CellCount(value.numerator)
  }

  private static func word<Word: RawRepresentable & CaseIterable>(
    _ text: String, _: Word.Type
  ) throws -> Word where Word.RawValue == String {
    if let word = Word(rawValue: text) { return word }
    throw DoseCellFault(
      "This is not one of the known words: "
        + Word.allCases.map(\.rawValue).joined(separator: ", ") + ".")
  }
}

/// Why a cell of a batch cannot go into its request.
struct DoseCellFault: Error {
  let cause: String

  init(_ cause: String) { self.cause = cause }
}
