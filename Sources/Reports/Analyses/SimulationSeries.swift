import Bioreactor
import ModelLanguage
import Quantities
import RunRecords

/// One number that a simulation shows over time: an observable or a state of the model.
public struct SimulationSeries: Sendable, Hashable {
  /// What the number is.
  public enum Source: Sendable, Hashable {
    /// The mean of an observable, by index.
    case observable(Int)
    /// The concentration of a state, by index; per-cell states as they are.
    case state(Int)
  }

  /// What the number is.
  public let source: Source
  /// Its name in the model.
  public let name: String
  /// What it is, in words.
  public let text: String
  /// The unit in which it is printed.
  public let unit: Unit
  /// True when it is looked at on a log axis.
  public let isLog: Bool
  private let place: Place

  /// What an amount is divided by.
  private enum Place: Sendable, Hashable {
    case cell, vessel
    case outside(volume: Double)
  }

  /// All series of a culture: its model's observables, then its states.
  public static func all(of culture: Culture) -> [SimulationSeries] {
    let model = culture.model
    let outside = Place.outside(volume: culture.platform?.quantity("extracapillary")?.value ?? 1)
    let observables = model.observables.enumerated().map { index, observable in
      SimulationSeries(
        source: .observable(index), name: observable.name,
        text: MeasuredQuantity.named(observable.name)?.meaning ?? observable.name,
        unit: observable.unit, isLog: observable.family.scale == .log, place: .cell)
    }
    let states = model.states.enumerated().map { index, state in
      SimulationSeries(
        source: .state(index), name: state.name, text: state.text, unit: state.unit,
        isLog: state.kind == .cells,
        place: state.kind == .perCell
          ? .cell : state.compartment == .extracapillary ? outside : .vessel)
    }
    return observables + states
  }

  /// The number at an instant, base units.
  public func value(_ snapshot: Snapshot) -> Double {
    switch source {
    case .observable(let index): snapshot.means[index]
    case .state(let index):
      switch place {
      case .cell: snapshot.amounts[index]
      case .vessel: snapshot.amounts[index] / snapshot.volume
      case .outside(let volume): snapshot.amounts[index] / volume
      }
    }
  }

  /// The number at an instant in its printing unit.
  public func shown(_ snapshot: Snapshot) -> Double { unit.fromBase(value(snapshot)) }
}
