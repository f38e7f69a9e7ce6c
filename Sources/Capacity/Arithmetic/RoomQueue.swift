import Randomness

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How long rooms are kept whose batches wait inside for a team.
///
/// A batch takes a room as soon as one is free, waits in it for its team and the hours of that, and the
/// room is then cleared. Only as many can wait inside as there are rooms: to count the mean wait for the
/// team with every batch, as if all waited inside, makes a room fuller than it is. So rooms and teams are
/// followed together: first come first served, each batch takes the room that is free first, then the
/// team that can begin first.
struct RoomQueue: Sendable {
  /// Work of a team, in the rooms or elsewhere.
  struct Work: Sendable {
    /// Operations a day.
    var rate: Double
    /// How long the team works.
    var takes: Law
    /// Place of its team in `teams`; nil where nobody is asked.
    var team: Int?
    /// True for work in these rooms.
    var isInside: Bool
  }

  /// Works of every team that works in the rooms, all they do.
  var works: [Work]
  /// Teams on their calendar, each with how many there are.
  var teams: [(queue: ShiftQueue, count: Int)]
  /// Rooms.
  var rooms: Int
  /// Time for which a room is cleared after each work [d].
  var clearance: Double
  /// Operations followed.
  var operations = 10_000

  /// Rooms that are kept, over those there; nil when work can never be done.
  func used() -> Double? {
    let demand = works.reduce(0) { $0 + $1.rate }
    guard demand > 0, rooms > 0 else { return demand > 0 ? nil : 0 }
    var stream = RandomStream(seed: 1, name: "room queue", purpose: "works")
    let laws = works.map { Quantile($0.takes) }
    var free = [Double](repeating: 0, count: rooms)
    var people = teams.map { [Double](repeating: 0, count: max(1, $0.count)) }
    var now = 0.0
    var end = 0.0
    var kept = 0.0
    for _ in 0..<operations {
      now += -log(stream.uniform()) / demand
      var pick = stream.uniform() * demand
      var kind = 0
      while kind < works.count - 1, pick >= works[kind].rate {
        pick -= works[kind].rate
        kind += 1
      }
      let work = works[kind]
      let takes = laws[kind].value(at: stream.uniform())
      let room = work.isInside ? free.indices.min { free[$0] < free[$1] } : nil
      let inside = max(now, room.map { free[$0] } ?? 0)
      var begin = inside
      if let team = work.team {
        guard let found = teams[team].queue.first(people[team], inside, inside, takes) else {
          return nil
        }
        begin = found.begin
        people[team][found.server] = begin + takes
      }
      if let room {
        free[room] = begin + takes + clearance
        kept += free[room] - inside
        end = max(end, free[room])
      }
    }
    let span = max(now, end)
    return span > 0 ? kept / (span * Double(rooms)) : 0
  }
}
