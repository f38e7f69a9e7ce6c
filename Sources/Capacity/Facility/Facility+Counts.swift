extension Facility {
  /// Sets how many units of a resource there are; a suite's places are not looked at. Vectors have no
  /// count and stay as they are.
  public mutating func setCount(of load: ResourceLoad, to count: Int) {
    switch load.kind {
    case .instruments:
      if let at = instruments.firstIndex(where: { $0.name == load.name }) {
        instruments[at].count = count
      }
    case .teams:
      if let at = teams.firstIndex(where: { $0.name == load.name }) {
        if let weekend = teams[at].weekend, teams[at].count > 0 {
          // As large a part of the teams as before works on weekends.
          teams[at].weekend = (weekend * count + teams[at].count - 1) / teams[at].count
        }
        teams[at].count = count
      }
    case .suites:
      if let at = suites.firstIndex(where: { $0.name == load.name }) { suites[at].count = count }
    case .laboratories:
      if let at = laboratories.firstIndex(where: { $0.name == load.name }) {
        laboratories[at].lines = count
      }
    case .couriers:
      if let at = couriers.firstIndex(where: { $0.name == load.name }) {
        couriers[at].count = count
      }
    case .aphereses:
      if let at = centres.firstIndex(where: { $0.name == load.name }) {
        centres[at].aphereses = count
      }
    case .beds:
      if let at = centres.firstIndex(where: { $0.name == load.name }) { centres[at].beds = count }
    case .vectors: break
    }
  }
}
