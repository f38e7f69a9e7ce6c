extension SlotPlan {
  /// First come, first served: each patient in the order of release takes the cheapest day that
  /// the facility can still carry.
  ///
  /// Committed starts are booked first, whatever they ask. A patient for whom no day of the window
  /// can be carried stays without a start.
  public static func greedy(_ problem: SlotProblem) -> SlotPlan {
    var load = SlotLoad(problem)
    var starts = [Int?](repeating: nil, count: problem.patients.count)
    for (index, patient) in problem.patients.enumerated() {
      guard let day = patient.committed else { continue }
      starts[index] = day
      load.add(patient.law, at: day - load.firstDay)
    }
    let order = problem.patients.indices.sorted {
      (problem.patients[$0].release, $0) < (problem.patients[$1].release, $1)
    }
    for index in order where starts[index] == nil {
      let patient = problem.patients[index]
      let days = problem.days(of: patient).map { (problem.cost(patient, start: $0), $0) }
      for (_, day) in days.sorted(by: <) where load.canAdd(patient.law, at: day - load.firstDay) {
        starts[index] = day
        load.add(patient.law, at: day - load.firstDay)
        break
      }
    }
    return SlotPlan(starts, of: problem, origin: .greedy)
  }
}
