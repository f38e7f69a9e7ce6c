import Dosing
import Quantities

/// A request file to be filled in: every field that the product's rule asks for as a blank, with a
/// word on what goes there.
public enum DoseTemplate {
  /// The template of one product; *name:* its id, or the path of its file.
  public static func text(of product: Product, named name: String) -> String {
    var out = head(product, name)
    out += weight(product)
    out += plan(product)
    for (index, component) in components(product).enumerated() {
      out += supply(product, component, isFirst: index == 0)
    }
    out += release(product)
    out += tail
    return out
  }

  private static func line(_ text: String, _ note: String = "") -> String {
    if note.isEmpty { return text + "\n" }
    let space = String(repeating: " ", count: max(2, 30 - text.count))
    return text + space + "# " + note + "\n"
  }

  private static func head(_ product: Product, _ name: String) -> String {
    """
    # A dose of \(product.name) (\(product.inn)), \(product.indication), \(product.jurisdiction).
    # Dose from \(product.origin)\(product.labelVersion.map { ", version \($0)" } ?? "").
    # Fill in the blanks. What stays blank is asked for; nothing is assumed. Then:
    #   thymus dose --request THIS_FILE --sheet NAME     writes NAME.html, NAME.pdf and NAME.json
    schema: \(DoseRequestFile.schema)
    \(chosen(product, name))
    identifiers:                  # codes for traceability, printed as they are; no names needed
      product_code:
      donation:
      recipient:
      batch:


    """
  }

  private static func chosen(_ product: Product, _ name: String) -> String {
    name.hasSuffix(".yaml")
      ? line("product_file: " + name, "your own protocol, as seen from this file's folder")
      : line("product: " + product.id, "or 'product_file: my_protocol.yaml' for your own protocol")
  }

  private static func weight(_ product: Product) -> String {
    let meant = product.weightWording ?? product.weightReference.description
    let within = product.weightWithin.map { ", within \(NumberText.counted($0, "day"))" } ?? ""
    return line(
      "age:",
      "years or months, as '7 years'; "
        + (product.ages.map { "the source gives the dose for ages \($0)" } ?? "may stay blank"))
        + """
        # The source means the weight: \(meant)\(within).
        weight:
        \(line("  value:", "kilograms, as '18 kg'; a reading in pounds as 'pounds: 39.7 lb'"))\
        \(line("  measured:", "true when on a scale, false when said or guessed"))\
        \(line("  date:", "day of weighing, 2026-03-10"))\
        \(line("  reference:", "leukapheresis, infusion, or not stated"))\
        \(line("  reference_date:", "day of that leukapheresis, or of the planned infusion"))\
        \(line("  other:", "another weighing, before or after, as '17.6 kg'"))\
        \(line("  other_date:", "its day"))\
        \(infusion(product))\

        """
  }

  private static func infusion(_ product: Product) -> String {
    line("infusion:")
      + line(
        "  at:",
        "planned start, as 2026-03-12 14:00 +08:00; "
          + (product.timing.afterSample.map { "needed: within \($0) of the sample" }
            ?? "may stay blank"))
  }

  private static func plan(_ product: Product) -> String {
    var out = ""
    let rule = product.dose
    if let rule, !rule.levels.isEmpty {
      out += line("level:", "one of: " + rule.levels.map(\.name).joined(separator: ", "))
    }
    if case .split(let split)? = rule?.course {
      out += line("blasts:", "per cent in the bone marrow; \(split.sample)")
    }
    let bands = (rule?.bands ?? []) + (rule?.levels.flatMap(\.bands) ?? [])
    let hasTarget = !bands.isEmpty && bands.allSatisfy { $0.target != nil }
    out += line(
      hasTarget ? "plan: target" : "plan:",
      "target, minimum, maximum, or cells such as '3.6e7 cells'")
    return out + """

      # From harvest to dose, in order; needed only to know the cells to harvest.
      # losses:
      #   - {step: wash, recovery: 88 %, sd: 5 %}
      #   - {step: quality control, share: 2 %}
      #   - {step: sentinel vial, cells: 2e6 cells}


      """
  }

  /// The components, or the bags of a split, that need a supply each; one without a name for a whole
  /// dose. Of several regimens the first that was read.
  private static func components(_ product: Product) -> [String?] {
    switch product.dose?.course {
    case .components(let list)?: return list.map(\.name)
    case .split(let split)?:
      let known = split.regimens.first { $0.state != .unverified }
      return (known?.portions ?? []).flatMap { portion in
        portion.bags.isEmpty
          ? ["day \(portion.day)"]
          : portion.bags.enumerated().map { "day \(portion.day), \($1.name ?? "bag \($0 + 1)")" }
      }
    default: return [nil]
    }
  }

  private static func supply(_ product: Product, _ name: String?, isFirst: Bool) -> String {
    let lead = name == nil ? "  " : "    "
    func field(_ text: String, _ note: String) -> String { line(lead + text, note) }
    var out = isFirst ? "supply:\n" : ""
    if let name { out += line("  - component: \"\(name)\"") }
    out += lead + "certificate:\n"
    out += field("  number:", "of the certificate or batch")
    out += field("  counted: " + product.counted.rawValue, "must be what the certificate counts")
    out += percentages(product.counted, field)
    out += field("  volume:", "of product that there is, as '50 mL'")
    out += field("  stated_cells:", "cells in it as the certificate states them; may stay blank")
    out += field("step:", "of the syringe or pump, as '0.1 mL'")
    out += field("dead_volume:", "kept back by container and line, as '0.5 mL'; '0 mL' for none")
    out += field("overfill:", "beyond dose and dead volume, in each container")
    out += field("containers:", "as supplied; of the product; or {sizes: [10 to 30 mL], most: 3}")
    return out + (name == nil ? "\n" : "")
  }

  private static func percentages(
    _ counted: CountedPopulation, _ field: (String, String) -> String
  ) -> String {
    let isViable = counted == .carPositiveViableT
    let (cells, tCells, car): (CellPopulation, CellPopulation, CellPopulation) =
      isViable
      ? (.viableCells, .viableTCells, .viableCarPositiveT) : (.allCells, .tCells, .carPositiveT)
    var out =
      isViable
      ? field("  viable_density:", "as '4e6 cells/mL'; or total_density with the viability below")
      : field("  total_density:", "as '4e6 cells/mL'")
    out += field("  method:", "method and instrument of the density")
    out += field("  sample:", "in-process, harvest, final formulation, or post-thaw")
    out += field("  taken:", "when, as 2026-03-10 09:00 +08:00")
    out += field("  percentages:", "each a share of what the one before counted")
    func share(_ child: CellPopulation, _ parent: CellPopulation) -> String {
      field("    - cells: \(child)", "")
        + field("      of: \(parent)", "or another parent: the gate as the certificate has it")
        + field("      value:", "as '38 %'") + field("      method:", "")
        + field("      sample:", "") + field("      taken:", "")
    }
    if isViable {
      out += field("    # with total_density put first: cells: viable cells, of: all cells", "")
    }
    return out + share(tCells, cells) + share(car, tCells)
  }

  private static func release(_ product: Product) -> String {
    func limit(_ quantity: ReleaseLimit.Quantity) -> String {
      product.limit(quantity).map { "; limit of the product: \($0)" } ?? ""
    }
    return """
      # What comes with the volume; what is blank is not figured, and a limit set on it is held.
      release:
      \(line("  dmso:", "as '82.5 mg/mL'; '0 mg/mL' for a fresh product"))\
      \(line("  endotoxin:", "as '0.5 EU/mL'" + limit(.endotoxin)))\
      \(line("  containers_per_hour:", "containers infused within one hour; blank for all of a day"))\
      \(line("  vector_copies:", "as '1.2 copies/cell'" + limit(.copies)))\
      \(line("  copies_of_car_positive:", "CAR+ share of the cells in which they were measured"))\
      \(line("  viability:", "where it is not among the percentages" + limit(.viability)))\
      \(line("  beads:", "as '20 beads/3e6 cells'" + limit(.beads)))

      """
  }

  private static let tail = """
    # Limits of your site where the product sets none.
    # limits:
    #   - {of: dmso, at_most: 1 g/kg, source: site SOP 12}
    #   - {of: endotoxin, at_most: 5 EU/kg/h, source: USP <85>}
    #   - {of: volume, at_most: 10 mL/kg, source: site SOP 12}

    # Relative standard errors, for the chance that the true dose lies inside the range.
    # errors:
    #   - {of: count, dilution_series: counter.csv, counter: NC200, cells_counted: 400}
    #   - {of: CAR+, value: 8 %, source: method validation 2025-11}
    #   - {of: volume, value: 2 %, source: syringe tolerance}

    # A hold that the person in that role has looked into; code, field and value stand on the sheet.
    # Another value is held again.
    # confirmations:
    #   - {hold: H_WEIGHT_ALONE, field: weight.earlier, value: "18 kg", name: A. Chan, role: nurse,
    #      time: 2026-03-10 10:00 +08:00}

    # Use of a product out of specification; what is blank becomes a line to fill in on the sheet.
    # exceptional_use: {requestor: , risk_evaluation: , physician_confirmation: , notifications: []}

    """
}
