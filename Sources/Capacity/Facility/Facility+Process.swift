import Quantities

extension Facility {
  /// The facility as a table that can be simulated.
  ///
  /// Day 0 is the first day of the plan less the warm-up. Each product at each centre for each disease
  /// has a route of its own (`RouteBuilder`); pools are named by their path in the file,
  /// `instruments.prodigy`, `centres.capital.beds`. Unit-years of teams: an absence is a break-down
  /// of one team with the mean length that the file gives.
  /// - Parameters:
  ///   - horizon: days that are measured; the file's when nil.
  public func process(horizon days: Double? = nil) -> Process {
    let measured = days ?? horizon
    let whole = warmUp.rounded(.up)
    let end = whole + measured + Self.followUp
    let first = CivilDate(dayNumber: start.dayNumber - Int(whole)) ?? start
    var table = Process(
      name: name, start: first, pools: pools(from: first, days: end),
      calendars: calendars.map(\.table), stocks: vectors.map(\.table), routes: [], segments: [],
      arrivals: [], warmUp: whole, horizon: end, followUp: Self.followUp)
    var segments: [String] = []
    for stream in arrivals {
      guard let product = products.first(where: { $0.name == stream.product }) else { continue }
      let centre = centres.first { $0.name == stream.centre }
      for part in parts(of: stream, offset: whole) {
        let title = [product.name, centre?.name, part.disease?.name, part.patient?.id]
          .compactMap { $0 }
          .joined(separator: " · ")
        var route = table.routes.firstIndex { $0.name == title }
        if route == nil {
          var builder = RouteBuilder(
            self, table, product, centre, part.disease, patient: part.patient)
          table.routes.append(.init(name: title, steps: builder.steps()))
          route = table.routes.count - 1
          if let late = builder.late { table.routes.append(late) }
        }
        let segment = part.disease?.name ?? "all"
        if !segments.contains(segment) { segments.append(segment) }
        table.arrivals.append(
          .init(
            name: [stream.name, part.disease?.name, part.patient?.id].compactMap { $0 }
              .joined(separator: " · "), route: route ?? 0,
            pattern: part.pattern, segment: segments.firstIndex(of: segment) ?? 0,
            weight: part.disease?.weight ?? 1,
            dueAfter: part.patient?.dueAfter ?? product.promise ?? 0))
      }
    }
    table.segments = segments.isEmpty ? ["all"] : segments
    return table
  }

  /// Days after the measured ones in which their patients may finish.
  public static let followUp = 60.0

  /// Up to that many dated patients of a stream have a measure of their own.
  static let mostNamed = 500

  /// The measure of one dated patient: arrival to infusion.
  public static func measure(of patient: Arrivals.Patient) -> String { "patient \(patient.id)" }

  /// The patients of one disease in a stream.
  private struct Part {
    var disease: Disease?
    var patient: Arrivals.Patient?
    var pattern: Process.ArrivalStream.Pattern
  }

  private func parts(of stream: Arrivals, offset: Double) -> [Part] {
    switch stream.source {
    case .rate(let perDay, let months):
      if stream.diseases.isEmpty {
        return [Part(disease: nil, pattern: .poisson(perDay: perDay, monthly: months))]
      }
      return stream.diseases.filter { $0.share > 0 }.map { share in
        Part(
          disease: diseases.first { $0.name == share.disease },
          pattern: .poisson(perDay: perDay * share.share, monthly: months))
      }
    case .patients(let list):
      if list.count <= Self.mostNamed {
        return list.map { patient in
          Part(
            disease: diseases.first { $0.name == patient.disease }, patient: patient,
            pattern: .dated([offset + Double(patient.day.dayNumber - start.dayNumber)]))
        }
      }
      var names: [String?] = []
      for patient in list where !names.contains(patient.disease) { names.append(patient.disease) }
      return names.map { name in
        let days = list.filter { $0.disease == name }.map {
          offset + Double($0.day.dayNumber - start.dayNumber)
        }
        return Part(disease: diseases.first { $0.name == name }, pattern: .dated(days))
      }
    }
  }

  private func pools(from first: CivilDate, days: Double) -> [Process.Pool] {
    func calendar(_ name: String?) -> Int? { calendars.firstIndex { $0.name == name } }
    func path(_ kind: ResourceLoad.Kind, _ name: String) -> String {
      ResourceLoad.Kind.pool(kind, name)
    }
    var pools: [Process.Pool] = []
    for one in instruments {
      pools.append(
        .init(
          name: path(.instruments, one.name), count: one.count, order: one.queue,
          downTime: one.outage.map {
            .init(between: .exponential(mean: $0.every), repair: .fixed($0.lasts))
          }))
    }
    for team in teams {
      var pool = Process.Pool(
        name: path(.teams, team.name), count: team.count, calendar: calendar(team.calendar))
      if team.absence > 0 {
        let between = team.absenceLasts * (1 - team.absence) / team.absence
        pool.downTime = .init(
          between: .exponential(mean: between), repair: .fixed(team.absenceLasts))
      }
      if let weekend = team.weekend, weekend < team.count {
        let saturday = (12 - first.weekday.rawValue) % 7 + 1
        for day in stride(from: saturday % 7 - 7, to: Int(days), by: 7) where day + 2 > 0 {
          pool.absences.append(
            .init(
              units: team.count - weekend, from: Double(max(0, day)), until: Double(day + 2)))
        }
      }
      pools.append(pool)
    }
    for suite in suites { pools.append(.init(name: path(.suites, suite.name), count: suite.count)) }
    for one in laboratories {
      var pool = Process.Pool(
        name: path(.laboratories, one.name), count: one.lines, calendar: calendar(one.calendar))
      pool.isHeldAroundClock = isHeldAroundClock(one)
      pools.append(pool)
    }
    for one in couriers {
      if let count = one.count {
        pools.append(.init(name: path(.couriers, one.name), count: count))
      }
    }
    for one in centres {
      if let count = one.aphereses {
        pools.append(
          .init(
            name: path(.aphereses, one.name), count: count,
            calendar: calendar(one.collectionCalendar)))
      }
      if let beds = one.beds { pools.append(.init(name: path(.beds, one.name), count: beds)) }
    }
    return pools
  }
}

extension Facility {
  /// True where a line of a laboratory waits for the results of its batch.
  func isHeldAroundClock(_ laboratory: Laboratory) -> Bool {
    products.contains { $0.quality?.laboratory == laboratory.name && $0.quality?.lineHeld == true }
  }
}

extension Facility.Arrivals.Patient {
  /// Days from the arrival to the due day; nil without one.
  var dueAfter: Double? { due.map { Double($0.dayNumber - day.dayNumber) } }
}

extension ResourceLoad.Kind {
  /// The name of a resource among the pools of a simulation.
  public static func pool(_ kind: ResourceLoad.Kind, _ name: String) -> String {
    switch kind {
    case .aphereses: "centres.\(name).aphereses"
    case .beds: "centres.\(name).beds"
    default: "\(kind.rawValue).\(name)"
    }
  }
}

extension Facility.WorkCalendar {
  /// As a calendar of a simulation.
  var table: Process.Calendar {
    Process.Calendar(
      name: name,
      windows: days.sorted().flatMap { day in
        shifts.map { .init(day, opens: Double($0.opens) / 60, closes: Double($0.closes) / 60) }
      }, closed: closed)
  }
}

extension Facility.Vector {
  /// As a stock of a simulation; the changeover is part of the time to a lot.
  var table: Process.Stock {
    Process.Stock(
      name: name, lotSize: Double(lot), lots: stock, shelfLife: shelfLife,
      reorderAt: Double(reorderAt), leadTime: .fixed(leadTime + changeover))
  }
}
