import Quantities
import Randomness

extension SlotCalendar {
  /// The slots as an iCalendar: a start and an infusion of each patient, each a whole day.
  ///
  /// Lines end in CR LF and are folded at 75 octets, never inside a character. Days are dates
  /// without a time, as the plan knows no hour; `stamp` is the moment at which the plan was made,
  /// written in UTC. The UID of an event depends on the patient's name and the kind of event only,
  /// so a newer plan moves the event instead of adding one. nil when the date of day 0 is unknown.
  ///
  /// Source: RFC 5545 (2009), sections 3.1, 3.3.4, 3.3.11, 3.6.1 and 3.8.4.7.
  public func iCalendar(stamp: CivilTime) -> String? {
    guard dayZero != nil else { return nil }
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Thymus//Slots//EN", "CALSCALE:GREGORIAN",
    ]
    let made = Self.utc(stamp)
    for slot in slots {
      guard let start = date(slot.start), let ready = date(slot.booking.day) else { continue }
      let range =
        "Harvest \(words(slot.harvest.p10)) to \(words(slot.harvest.p90)) (10 to 90 %), most "
        + "likely by \(words(slot.harvest.p50))."
      lines += event(
        slot.patient, "start", on: start, made,
        summary: "Start \(slot.patient), instrument \(slot.instrument)",
        text: range, sure: slot.committed)
      lines += event(
        slot.patient, "infusion", on: ready, made,
        summary: "Infusion \(slot.patient)",
        text:
          "P(product there by then, if the culture does not fail) \(NumberText.fixed(100 * slot.booking.inTime, decimals: 1)) %.",
        sure: false)
    }
    lines.append("END:VCALENDAR")
    return lines.map(Self.folded).joined(separator: "\r\n") + "\r\n"
  }

  private func event(
    _ patient: String, _ kind: String, on day: CivilDate, _ made: String, summary: String,
    text: String, sure: Bool
  ) -> [String] {
    let next = CivilDate(dayNumber: day.dayNumber + 1) ?? day
    return [
      "BEGIN:VEVENT", "UID:\(Self.identifier(patient, kind))", "DTSTAMP:\(made)",
      "DTSTART;VALUE=DATE:\(Self.digits(day))", "DTEND;VALUE=DATE:\(Self.digits(next))",
      "SUMMARY:\(Self.escaped(summary))", "DESCRIPTION:\(Self.escaped(text))",
      "STATUS:\(sure ? "CONFIRMED" : "TENTATIVE")", "TRANSP:TRANSPARENT", "END:VEVENT",
    ]
  }

  static func identifier(_ patient: String, _ kind: String) -> String {
    var hash = StableHash()
    hash.combine(kind)
    hash.combine(patient)
    return "\(kind)-\(String(hash.value, radix: 16))@slots.thymus"
  }

  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ";", ",": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\r": break
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  static func folded(_ line: String) -> String {
    var out = ""
    var octets = 0
    for scalar in line.unicodeScalars {
      let size = String(scalar).utf8.count
      if octets + size > 75 {
        out += "\r\n "
        octets = 1
      }
      out.unicodeScalars.append(scalar)
      octets += size
    }
    return out
  }

  private static func digits(_ date: CivilDate) -> String {
    date.description.split(separator: "-").joined()
  }

  private static func utc(_ time: CivilTime) -> String {
    let text = time.onClock(offset: 0).iso8601
    return text.prefix(16).filter { $0 != "-" && $0 != ":" } + "00Z"
  }
}
