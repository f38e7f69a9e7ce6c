import Dosing
import Quantities
import RunFiles

/// The worksheet of a dose: one sheet of A4 that a second person redoes by hand and two people sign.
///
/// The verdict stands first, in words. Out of specification never reads as approved.
public struct DoseWorksheet: Sendable {
  /// The agreed calculation.
  public let dose: DoseCalculation
  /// Codes for traceability.
  public let identifiers: DoseIdentifiers
  /// Files that it rests on.
  public let provenance: Provenance
  /// The worksheet's record; the same for the same inputs.
  public let record: JSONValue
  /// The first digits of the SHA-256 of the record's content; HTML, PDF and JSON carry it.
  public let number: String

  /// A worksheet. Throws `JSONMismatch` for what no record can hold.
  public init(
    _ dose: DoseCalculation, identifiers: DoseIdentifiers, provenance: Provenance
  ) throws(JSONMismatch) {
    self.dose = dose
    self.identifiers = identifiers
    self.provenance = provenance
    let inputs = JSONValue.array(
      provenance.inputs.map {
        .object(["path": .string($0.path), "sha256": .string($0.sha256)])
      })
    let content = JSONValue.object([
      "dose": Record.dose(dose, identifiers), "inputs": inputs,
      "version": .string(Provenance.version),
    ])
    let digest = Digest.sha256(Array(try content.text(.compact).utf8))
    number = String(digest.prefix(12))
    record = .object([
      "schema": .string("thymus.dose/1"), "sheet": .string(number),
      "dose": Record.dose(dose, identifiers), "inputs": inputs,
      "version": .string(Provenance.version),
    ])
  }

  /// A stable word for the verdict.
  public static func word(_ dose: DoseCalculation) -> String {
    if case .forTwoSignatures = dose.verdict, dose.dose == nil { return "no volume asked for" }
    return dose.verdict.code
  }

  /// The sheet.
  public var page: Page {
    var sections = [
      verdictSection, ruleSection,
      Page.Section("Calculation", DoseSection.steps(worked)),
    ]
    if dose.dose != nil { sections += [drawingSection, limitSection] }
    if !dose.holds.isEmpty || !dose.strayConfirmations.isEmpty { sections.append(holdSection) }
    if case .outOfSpecification = dose.verdict { sections.append(exceptionalSection) }
    sections.append(
      Page.Section(
        "Signatures, sheet \(number)",
        [.signatures(["Calculated by", "Checked by (second person)"])]))
    var page = Page(
      title: "Dose worksheet", subtitle: subtitle, sections: sections, footer: footer)
    // What is asked of people beside the signatures takes room of its own.
    page.look = sections.count > 6 ? .denseSheet : .sheet
    return page
  }

  private var product: Product { dose.request.product }

  /// The working without what the section on the rule says of the weight.
  private var worked: [HandStep] {
    let told = ["Weight W", "Earlier weight", "Later weight", "Band of the rule"]
    return dose.steps.filter { !told.contains($0.name) }
  }

  private var subtitle: String {
    func code(_ name: String, _ value: String?) -> String { "\(name): \(value ?? "__________")" }
    return [
      code("Product code", identifiers.productCode), code("Donation", identifiers.donation),
      code("Recipient", identifiers.recipient), code("Batch", identifiers.batch),
      "Sheet \(number)",
    ].joined(separator: "   |   ")
  }

  private var footer: [String] {
    [
      DoseCalculation.statement + " It is no prescription, no release and no approval. "
        + "Keep this record: " + DoseWords.retention(product),
      "thymus \(Provenance.version). "
        + provenance.inputs.map {
          "\(Provenance.name($0.path)): SHA-256 \($0.sha256.prefix(16))..."
        }
        .joined(separator: "; "),
    ]
  }

  // MARK: Verdict

  private var verdictSection: Page.Section {
    let drawn = dose.dose.map { cells in
      (isForSigning ? "Infuse \(volumeWords) with" : "As figured, \(volumeWords) would hold")
        + " \(cells). "
        + (dose.within.map {
          "Chance that the true dose is inside the range: \(DoseWords.probability($0)). "
        } ?? "")
    }
    let twice = "Two independent calculations agree."
    let text: Page.Verdict
    switch dose.verdict {
    case .forTwoSignatures where dose.dose == nil:
      text = Page.Verdict(
        .neutral, label: "NO VOLUME ASKED FOR",
        text: "The window of the rule for this weight. \(twice)")
    case .forTwoSignatures:
      text = Page.Verdict(
        .good, label: "FOR TWO SIGNATURES",
        text: "\(drawn ?? "")\(twice)\(settledWords) \(openWords) To be used only when both have "
          + "signed.")
    case .held(let holds):
      text = Page.Verdict(
        .caution, label: "HELD",
        text: "\(drawn ?? "")\(twice) Not to be used: "
          + "\(NumberText.counted(holds.count, "doubt")) below must be settled first by the person "
          + "named there.\(settledWords)")
    case .outOfSpecification(let limits, let holds):
      text = Page.Verdict(
        .stop, label: "OUT OF SPECIFICATION - not approved",
        text: "\(drawn ?? "")Outside: "
          + NumberText.list(limits.map { DoseWords.item($0.item).lowercased() }) + ". "
          + (holds.isEmpty ? "" : "HELD as well: see the doubts below. ") + twice + settledWords)
    }
    return Page.Section("Verdict", [.verdict(text)])
  }

  /// Only a sheet on which nothing is open says what to do.
  private var isForSigning: Bool {
    if case .forTwoSignatures = dose.verdict { return true }
    return false
  }

  /// How many doubts a named person settled; they stay in view.
  private var settledWords: String {
    let settled = dose.holds.filter { !$0.isOpen }.count
    return settled == 0
      ? "" : " \(NumberText.counted(settled, "doubt")) settled by name, see below."
  }

  /// What is left to do but sign: a sheet without recipient or batch belongs to nobody yet.
  private var openWords: String {
    let missing = [("recipient", identifiers.recipient), ("batch", identifiers.batch)]
      .filter { $0.1 == nil }.map(\.0)
    return missing.isEmpty
      ? "Nothing else is open."
      : "Identifiers to be written in before signing: \(NumberText.list(missing))."
  }

  private var volumeWords: String {
    let volumes = dose.portions.compactMap(\.drawn?.volume)
    return NumberText.list(volumes.map(\.description))
  }

  // MARK: Rule

  private var ruleSection: Page.Section {
    var rule = (product.dose?.words ?? []).joined(separator: "; ")
    if let level = dose.request.level { rule += ". Level \(level)" }
    var list = [
      Page.Definition("Product", "\(DoseWords.product(product)); \(product.indication)"),
      Page.Definition("Rule", "\(product.id): \(rule). Counted: \(product.counted)."),
      Page.Definition(
        "Reference", "\(product.origin.description): " + dose.sources.joined(separator: "; ")),
    ]
    if product.ages != nil || dose.request.age != nil {
      list.append(
        Page.Definition(
          "Age",
          (dose.request.age.map { "\(ExactText.decimal($0)) years" } ?? "__________ (not given)")
            + "; the source gives the dose for ages: \(product.ages?.description ?? "not stated")"))
    }
    if let weight = dose.request.weight { list.append(Page.Definition("Weight", words(weight))) }
    if let blasts = dose.request.blasts {
      list.append(Page.Definition("Blasts", "\(blasts) in the bone marrow"))
    }
    return Page.Section("Rule", [.definitions(list)])
  }

  private func words(_ weight: WeightRecord) -> String {
    var text = weight.mass.map(\.description) ?? ""
    if let converted = weight.converted {
      text += " (read as \(converted), x 0.45359237 kg/lb)"
    }
    text += weight.isMeasured == true ? ", measured" : ", not measured"
    if let date = weight.date { text += " on \(date)" }
    if let reference = weight.reference {
      text += " for: \(reference)" + (weight.referenceDate.map { " of \($0)" } ?? "")
    }
    if let earlier = weight.earlier {
      text += "; \(weight.otherWord) \(earlier)" + (weight.earlierDate.map { " on \($0)" } ?? "")
    }
    return text + "; band: \(dose.window.band). The source means: "
      + (product.weightWording ?? product.weightReference.description)
      + (product.weightWithin.map { ", within \(NumberText.counted($0, "day"))" } ?? "") + "."
  }

  // MARK: Drawing up

  private var drawingSection: Page.Section {
    var rows: [[String]] = []
    for filled in dose.portions {
      guard let drawn = filled.drawn else { continue }
      for (index, infused) in drawn.infused.enumerated() {
        let fill = index < drawn.fills.count ? drawn.fills[index].description : "-"
        rows.append([
          "\(rows.count + 1)", filled.portion.name, infused.description, fill,
          drawn.size.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "as supplied",
          index == 0 ? drawn.dose.description : "in the line above", when(filled.portion), "",
        ])
      }
    }
    return Page.Section(
      isForSigning ? "Draw up and infuse, in this order" : "As figured; not to be drawn up yet",
      Shown.table(
        "Fill = infused + dead volume + overfill.",
        [
          Table.Column("No", .numbers), Table.Column("Portion"), Table.Column("Infuse", .numbers),
          Table.Column("Fill", .numbers), Table.Column("Container"), Table.Column("Cells"),
          Table.Column("When"), Table.Column("Started / ended"),
        ], rows) + [.notes(timing)])
  }

  private func when(_ portion: DosePortion) -> String {
    let parts = [
      portion.day.map { "day \($0)" + (portion.dayTolerance.map { " +-\($0)" } ?? "") },
      portion.after.map { "at least \($0) after the one before" },
      portion.latestDay.map { "day \($0) at the latest" }, portion.gate,
    ].compactMap(\.self)
    return parts.joined(separator: "; ")
  }

  private var timing: [String] {
    let lines = dose.infusionLines
    let form = product.presentation.form.map { "Supplied \($0.rawValue). " } ?? ""
    return [
      form
        + (lines.isEmpty
          ? "No order, time limit or rate is stated in the rule's file."
          : lines.joined(separator: " "))
    ]
  }

  // MARK: Limits

  private var limitSection: Page.Section {
    let shown = dose.limits.filter { $0.state != .notSet }
    // A volume without a limit of its own stands in the table above and per kg below.
    let unset = dose.limits.filter { $0.state == .notSet && $0.item != .infusedVolume }
      .map {
        DoseWords.item($0.item) + ($0.value == nil ? " (no result)" : " " + DoseWords.result($0))
      }
    return Page.Section(
      "Limits; one that is not set is no approval",
      Shown.table(
        "Results against their limits.",
        [
          Table.Column("Result"), Table.Column("Value", .numbers), Table.Column("Limit"),
          Table.Column("State"), Table.Column("Source of the limit"),
        ],
        shown.map {
          [
            DoseWords.item($0.item), DoseWords.result($0), $0.limit ?? "-",
            $0.state == .outside ? "OUTSIDE" : $0.state.rawValue, $0.source ?? "-",
          ]
        },
        footnotes: unset.isEmpty ? [] : ["Limit not set: \(unset.joined(separator: "; "))."]))
  }

  // MARK: Holds

  private var holdSection: Page.Section {
    var rows = dose.holds.map { record in
      [
        "\(record.hold.code.rawValue)\n\(record.hold.field)",
        "\(record.hold.doubt) To do: \(record.hold.action)\nValue to confirm: \(record.hold.value)",
        record.hold.role.rawValue,
        record.confirmation.map {
          "settled: \($0.name)" + ($0.time.map { ", \($0.clock)" } ?? ", date: ________")
        } ?? "OPEN: ____________________",
      ]
    }
    rows += dose.strayConfirmations.map {
      [
        "\($0.code.rawValue)\n\($0.field)", dose.objection(to: $0) ?? "", $0.role.rawValue,
        $0.name,
      ]
    }
    return Page.Section(
      "Doubts and who settles them",
      Shown.table(
        "What was held.",
        [
          Table.Column("Code and field"), Table.Column("Doubt"), Table.Column("Role"),
          Table.Column("Name, date"),
        ], rows))
  }

  private var exceptionalSection: Page.Section {
    let use = dose.request.exceptionalUse ?? ExceptionalUse()
    func blank(_ text: String?) -> String { text ?? "____________________" }
    let notified = use.notifications.isEmpty ? nil : use.notifications.joined(separator: ", ")
    return Page.Section(
      "Exceptional use of a product out of specification (EU GMP for ATMPs, 11.53 and 11.54)",
      Shown.table(
        "What exceptional use needs.",
        [
          Table.Column("Asked for by"), Table.Column("Risk evaluation"),
          Table.Column("Physician confirms"), Table.Column("Notifications"),
        ],
        [
          [
            blank(use.requestor), blank(use.riskEvaluation), blank(use.physicianConfirmation),
            blank(notified),
          ]
        ]) + (product.outOfSpecification.map { [.notes(["The source provides: \($0)."])] } ?? []))
  }
}
