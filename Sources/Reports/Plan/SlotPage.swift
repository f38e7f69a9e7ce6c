import Capacity
import Quantities

/// The page of a slot plan: verdict, calendar of the instruments, load by day, slots.
public enum SlotPage {
  /// The page of a report. Throws when a table is malformed.
  public static func page(_ report: SlotReport) throws -> Page {
    var sections = [verdict(report)]
    if !report.calendar.slots.isEmpty {
      sections.append(
        Page.Section("Instruments", [.figure(SlotFigures.instruments(report))]))
      sections.append(try load(report))
      sections.append(try slots(report))
    }
    if !report.plan.unplaced.isEmpty { sections.append(try unplaced(report)) }
    sections.append(method(report))
    sections.append(report.provenance.section)
    return Page(
      title: "Slots", subtitle: subtitle(report), sections: sections, footer: LimitsOfUse.lines)
  }

  private static func subtitle(_ report: SlotReport) -> String {
    let patients = NumberText.counted(report.problem.patients.count, "patient")
    return "\(patients), \(NumberText.counted(report.problem.devices, "instrument"))"
  }

  private static func verdict(_ report: SlotReport) -> Page.Section {
    let slots = report.calendar.slots
    let late = slots.reduce(0) { $0 + $1.late }
    let over = slots.filter { $0.late >= 1 }.count
    var text =
      "\(slots.count) of \(report.problem.patients.count) patients have a start day. "
      + "They are \(NumberText.fixed(late / Double(max(1, slots.count)), decimals: 2)) days late on "
      + "average; \(over) of them a day or more."
    text += instruments(report)
    let verdict: Page.Verdict
    if !report.audit.breaches.isEmpty {
      verdict = .init(
        .stop, label: "Plan breaks a limit",
        text: report.audit.breaches.prefix(3).map {
          "\(report.calendar.words($0.day)): \($0.description)."
        }.joined(separator: " "))
    } else if !report.plan.unplaced.isEmpty {
      verdict = .init(
        .stop, label: "Slots missing",
        text:
          "\(NumberText.counted(report.plan.unplaced.count, "patient")) cannot be started within "
          + "\(report.problem.window) days of release. " + text)
    } else if !report.audit.committedOver.isEmpty {
      verdict = .init(
        .caution, label: "Committed starts ask too much",
        text: "On \(NumberText.counted(report.audit.committedOver.count, "day")), first on "
          + "\(report.calendar.words(report.audit.committedOver.first ?? 0)), committed starts alone "
          + "break a limit. " + text)
    } else {
      let isRisky = oftenOver(report) != nil
      verdict = .init(
        isRisky || !report.outside.isEmpty || report.warning != nil ? .caution : .good,
        label: isRisky
          ? "Every patient has a slot, if instruments suffice" : "Every patient has a slot",
        text: text)
    }
    var notes = [
      "Cost \(NumberText.grouped(report.plan.cost)) against "
        + "\(NumberText.grouped(report.greedy.cost)) first come, first served"
        + (report.greedy.unplaced.isEmpty
          ? "" : " (which leaves \(report.greedy.unplaced.count) without a slot)")
        + "; \(NumberText.grouped(Int(report.problem.price.scale))) is one patient of weight 1 one "
        + "day late."
    ]
    if let warning = report.warning { notes.insert(warning, at: 0) }
    if let outside = report.outsideWords { notes.insert(outside, at: 0) }
    if let bound = report.bound {
      notes.append(
        "No plan can cost less than \(NumberText.grouped(bound.cost)) (linear relaxation). The "
          + "optimum lies between; a solver can close the gap, see --mps.")
    }
    if let rolling = report.rolling {
      notes.append(
        "Planned again and again as patients become known, the same patients cost "
          + "\(NumberText.grouped(rolling.plan.cost)): \(rolling.plans) plans, "
          + "\(NumberText.counted(rolling.moved, "start")) moved after being told, "
          + "\(rolling.plan.unplaced.count) without a slot.")
    }
    return Page.Section("Answer", [.verdict(verdict), .bullets(notes)])
  }

  /// The day on which instruments are likeliest not to suffice, where a mean rule lets that be likelier
  /// than one day in ten; nil under a chance rule, whose limit says what is taken.
  private static func oftenOver(_ report: SlotReport) -> SlotAudit.Day? {
    guard case .meanLoad = report.problem.rule,
      let worst = report.audit.days.max(by: { $0.over < $1.over }), worst.over > 0.1
    else { return nil }
    return worst
  }

  /// How far the instruments suffice, and what that means for the slots.
  private static func instruments(_ report: SlotReport) -> String {
    guard let worst = report.audit.days.max(by: { $0.over < $1.over }) else { return "" }
    let devices = report.problem.devices
    var text =
      " Instruments are shortest on \(report.calendar.words(worst.day)): "
      + "\(NumberText.fixed(worst.inUse, decimals: 1)) of \(devices) in use on average, "
      + "P(more than \(devices) are needed) \(NumberText.percent(worst.over, decimals: 1))."
    if oftenOver(report) != nil {
      let days = report.audit.days.filter { $0.over > 0.1 }.count
      text +=
        " A slot holds on average, not for sure: on \(NumberText.counted(days, "day")) that is likelier "
        + "than 10%, and a start then waits until an instrument is free. --chance 0.9 plans within "
        + "that."
    }
    return text
  }

  private static func load(_ report: SlotReport) throws -> Page.Section {
    let rows = report.audit.days.map { day in
      [
        report.calendar.words(day.day), "\(day.starts)", NumberText.fixed(day.inUse, decimals: 2),
        NumberText.percent(day.over, decimals: 2), NumberText.fixed(day.hours, decimals: 1),
        NumberText.fixed(day.hoursThere, decimals: 1),
      ]
    }
    let table = try Table(
      caption: "Load by day",
      columns: [
        .init("Day"), .init("Starts", .numbers), .init("In use, mean", .numbers),
        .init("P(over)", .numbers), .init("Team hours, mean", unit: "h"),
        .init("Team hours there", unit: "h"),
      ], rows: rows,
      footnotes: [
        "P(over): that more than \(report.problem.devices) instruments are needed, exactly, from the "
          + "harvest-day law of each batch."
      ])
    return Page.Section(
      "Load by day",
      [
        .figure(SlotFigures.load(report)), .figure(SlotFigures.over(report)), .table(table),
      ])
  }

  private static func slots(_ report: SlotReport) throws -> Page.Section {
    let calendar = report.calendar
    let rows = calendar.slots.map { slot in
      [
        slot.patient, calendar.words(slot.start) + (slot.committed ? "\ncommitted" : ""),
        "\(slot.instrument)\nfree \(NumberText.percent(slot.free))",
        calendar.words(slot.harvest.p50)
          + "\n\(calendar.words(slot.harvest.p10)) to \(calendar.words(slot.harvest.p90))",
        calendar.words(slot.booking.day),
        NumberText.percent(slot.booking.inTime, decimals: 1)
          + (slot.fails > 0
            ? "\nculture fails \(NumberText.percent(slot.fails, decimals: 1))" : ""),
        NumberText.percent(slot.byDue, decimals: 1),
        NumberText.percent(slot.givenUp, decimals: 1),
        slot.booking.tooOld.map { NumberText.percent($0, decimals: 1) } ?? "-",
        calendar.words(slot.due) + "\n\(NumberText.fixed(slot.late, decimals: 2)) d late",
      ]
    }
    let table = try Table(
      caption: "Slots",
      columns: [
        .init("Patient"), .init("Start"), .init("Instrument"), .init("Harvest"),
        .init("Infusion booked"), .init("P(on the booked day)", .numbers),
        .init("P(by due)", .numbers),
        .init("P(given up)", .numbers), .init("P(too old)", .numbers), .init("Due"),
      ], rows: rows,
      footnotes: [
        "Booked on the first day by which \(NumberText.percent(report.rule.level, decimals: 1)) of "
          + "such products "
          + (report.problem.deliveries.isEmpty
            ? "are released; calendars of laboratory, office, courier and clinic are not counted"
            : "can be infused, always an open day of the centre; queues on the way and a free bed are not "
              + "counted")
          + ". P(on the booked day): that the product is there by then; P(by due): that it can be "
          + "infused by the due day; both of a culture that does not fail, whose chance to fail stands "
          + "below. P(given up): that the batch grows so long that P(on the booked day) "
          + "falls below \(NumberText.percent(report.rule.keep)) and the infusion is booked anew. "
          + (report.rule.shelfLife.map {
            "P(too old): that the product waits more than \($0) days."
          } ?? "The product is taken to keep."),
        "Harvest: the day by which half of such cultures are harvested, and in small print those of 10 and "
          + "90 %. Late: mean days from the due day to the first day of "
          + (report.problem.deliveries.isEmpty ? "release." : "infusion."),
        "Free: probability that the instrument's earlier batch is off it before this start.",
        "Harvest, infusion and days late are those of a culture that does not fail"
          + (calendar.slots.contains { $0.fails > 0 }
            ? "; \(NumberText.significant(calendar.slots.reduce(0) { $0 + $1.fails }, 2)) of these "
              + "\(calendar.slots.count) are expected to." : "."),
      ])
    return Page.Section("Slots", [.table(table)])
  }

  private static func unplaced(_ report: SlotReport) throws -> Page.Section {
    let table = try Table(
      caption: "Patients without a slot",
      columns: [.init("Patient"), .init("Released"), .init("Due"), .init("Weight", .numbers)],
      rows: report.plan.unplaced.map { index in
        let patient = report.problem.patients[index]
        return [
          patient.name, report.calendar.words(patient.release), report.calendar.words(patient.due),
          NumberText.significant(patient.weight),
        ]
      })
    return Page.Section("Without a slot", [.table(table)])
  }

  private static func method(_ report: SlotReport) -> Page.Section {
    let problem = report.problem
    return Page.Section(
      "How it was planned",
      [
        .bullets(
          [
            "Limit of the instruments: \(report.ruleWords).",
            "Mean team hours stay within those of the day; a start takes "
              + "\(NumberText.significant(problem.startHours)) h, a harvest "
              + "\(NumberText.significant(problem.harvestHours)) h.",
            "A patient starts at the latest \(problem.window) days after release"
              + (problem.deliveries.isEmpty
                ? "; the product is released \(problem.price.qcDays) d after its harvest." : "."),
            "A batch that is ready on a day without team hours "
              + (problem.waitsForHours
                ? "keeps its instrument until the next day that has some."
                : "is not planned for: no such day may be asked for."),
            "\(NumberText.grouped(report.plan.tried)) moves were tried; the same seed and work give the "
              + "same plan.",
          ] + report.basis)
      ])
  }
}
