extension Facility {
  /// Places for instruments in the rooms of a suite; nil where they are not limited.
  public func places(inSuite name: String?) -> Int? {
    guard let suite = suites.first(where: { $0.name == name }), let places = suite.places else {
      return nil
    }
    return places * suite.count
  }

  /// Most units of a resource that have a place, the other instruments of its rooms as they are; nil where
  /// nothing limits them.
  public func mostPlaced(_ load: ResourceLoad) -> Int? {
    guard load.kind == .instruments,
      let one = instruments.first(where: { $0.name == load.name }),
      let places = places(inSuite: one.suite)
    else { return nil }
    let others = instruments.reduce(0) {
      $0 + ($1.suite == one.suite && $1.name != one.name ? $1.count : 0)
    }
    return max(0, places - others)
  }

  /// Fewest rooms that hold the instruments that stand in a suite; 0 where places are not limited.
  public func leastRooms(_ load: ResourceLoad) -> Int {
    guard load.kind == .suites,
      let places = suites.first(where: { $0.name == load.name })?.places, places > 0
    else { return 0 }
    let inside = instruments.reduce(0) { $0 + ($1.suite == load.name ? $1.count : 0) }
    return (inside + places - 1) / places
  }
}
