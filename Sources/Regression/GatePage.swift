import Reports

extension Gate.Verdict {
  /// The verdict as a page.
  public func page(updating: Bool) -> Page {
    var blocks: [Page.Block] = []
    if drifts.isEmpty {
      blocks.append(
        .verdict(
          Page.Verdict(
            .good, label: "No drift",
            text: "\(cases.count) reference cases agree with the lock: estimates, predictions, "
              + "likelihoods, verdicts, units, noise families and doses.")))
    } else {
      let subjects = Set(drifts.map(\.subject)).sorted()
      blocks.append(
        .verdict(
          Page.Verdict(
            updating ? .caution : .stop, label: updating ? "New lock written" : "Drift",
            text: "\(drifts.count) quantities of \(subjects.joined(separator: ", ")) are not what "
              + "the lock says.")))
      if let table = try? Table(
        caption: "What moved.",
        columns: [
          Table.Column("Case"), Table.Column("Quantity"), Table.Column("Locked", .numbers),
          Table.Column("Now", .numbers), Table.Column("Difference"),
        ],
        rows: drifts.map { [$0.subject, $0.quantity, $0.locked, $0.now, $0.difference] })
      {
        blocks.append(.table(table))
      }
    }
    return Page(title: "Reference runs", sections: [Page.Section("Verdict", blocks)])
  }

  /// The verdict as a record.
  public var record: JSONValue {
    .object([
      "schema": .string("thymus.regress/1"), "cases": .array(cases.map { .string($0) }),
      "holds": .bool(drifts.isEmpty),
      "drifts": .array(
        drifts.map {
          .object([
            "case": .string($0.subject), "quantity": .string($0.quantity),
            "locked": .string($0.locked), "now": .string($0.now),
            "difference": .string($0.difference),
          ])
        }),
    ])
  }
}
