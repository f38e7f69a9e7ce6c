import Bioreactor
import Foundation
import Integration
import ModelLanguage
import Quantities
import RunRecords
import Testing

/// Operations with a condition, `on` statements and choices, against hand calculation.
@Suite struct RuleTests {
  static let text = """
    model eaten "glucose falls in a straight line"
    cells V [1e6 cells/mL] "cells"
    solute glucose [mmol/L] "glucose"
    param q [mmol/L/h] "uptake" = 0.1 in 0 ... 1 linear
    V(0) = 1 [1e6 cells/mL]
    glucose(0) = 10 [mmol/L]
    V' = 0 [1e6 cells/mL/h]
    glucose' = -q
    observe vcd [1e6 cells/mL] = V ~ normal(sd: 1 [1e6 cells/mL])
    observe glucose [mmol/L] = glucose ~ normal(sd: 1 [mmol/L])
    """

  func rule(
    _ time: Double, _ action: RunRecords.Operation.Action, _ condition: String,
    until: Double? = nil
  ) -> RunRecords.Operation {
    let place = Place(file: "z.csv", line: 3, column: 9)
    return Operation(
      time: time, action: action, when: Trigger(text: condition, until: until, place: place),
      place: Place(file: "z.csv", line: 3, column: 3))
  }

  func culture(
    _ operations: [RunRecords.Operation], text: String = text, platform: Platform? = nil
  ) throws -> Culture {
    try Culture(
      model: Model(parsing: text, file: "t"),
      run: Run(
        name: "r", observations: [],
        operations: [
          operation(0, .seed(volume: 100, viableDensity: 2, viability: nil, solutes: [:]))
        ] + operations), platform: platform)
  }

  let share = RunRecords.Operation.Action.feedShare(fraction: 0.2, solutes: ["glucose": 20])

  /// "Glucose below 4 mmol/L: feed 20 %": first at 60 h; each feed gives (4 + 0.2 x 20)/1.2, so
  /// the next comes 26 2/3 h later. Catches: a root off by a step, a rule that fires once only, a
  /// share of the first volume.
  @Test func feedBelowAThreshold() throws {
    let s = try culture([rule(0, share, "glucose < 4 [mmol/L]")])
      .simulate([0.1], at: [60, 61, 100, 120].map { Instant(time: $0) })
    let times = s[3].firings.map(\.time)
    #expect(times.count == 3 && s[1].firings.count == 1)
    for (k, time) in times.enumerated() {
      #expect(abs(time - (60 + Double(k) * 80 / 3)) < 1e-9)
    }
    #expect(s[3].firings.allSatisfy { $0.operation == 1 })
    #expect(abs(s[1].volume - 120) < 1e-12 && abs(s[3].volume - 172.8) < 1e-9)
    #expect(abs(s[1].means[1] - (20.0 / 3 - 0.1)) < 1e-9)
    #expect(abs(s[1].means[0] - 1 / 1.2) < 1e-12)
  }

  /// Armed late with the condition true: at once; after its end: never. Catches: a rule that waits
  /// for a crossing that was, or works before it is armed.
  @Test func armingAndEnding() throws {
    let late = try culture([rule(70, share, "glucose < 4 [mmol/L]", until: 75)])
      .simulate([0.1], at: [Instant(time: 120)])[0]
    #expect(late.firings.map(\.time) == [70])
    let never = try culture([rule(10, share, "glucose < 4 [mmol/L]", until: 50)])
      .simulate([0.1], at: [Instant(time: 99)])[0]
    #expect(never.firings.isEmpty)
    let start = try culture([rule(0, share, "glucose < 11 [mmol/L]")])
      .simulate([0.1], at: [Instant(time: 0, phase: .after)])[0]
    #expect(start.firings.map(\.time) == [0] && abs(start.volume - 120) < 1e-12)
  }

  /// A scheduled feed makes a condition false and a later fall makes it true again. Catches: a rule
  /// that is not armed again by a jump.
  @Test func rearmedByAJump() throws {
    let s = try culture([
      rule(0, .debead(recovery: 0.5), "glucose < 8 [mmol/L]"),
      operation(30, .feed(volume: 100, solutes: ["glucose": 20])),
    ]).simulate([0.1], at: [Instant(time: 100)])[0]
    // 8 at 20 h; at 30 h (7 + 20)/2 = 13.5; 8 again at 85 h.
    #expect(s.firings.count == 2 && abs(s.firings[0].time - 20) < 1e-9)
    #expect(abs((s.firings.last?.time ?? 0) - 85) < 1e-9)
    #expect(abs(s.kept - 0.25) < 1e-12)
  }

  /// Two rules and a choice on one condition all happen; a rule whose deed makes another's condition
  /// true carries it along. Catches: simultaneous guards lost.
  @Test func simultaneous() throws {
    let text = Self.text.replacing(
      "V' = 0 [1e6 cells/mL/h]",
      with: "V' = if glucose < 4 [mmol/L] then 0.01 [1/h] * V else 0 [1/h] * V")
    let s = try culture(
      [
        rule(0, .debead(recovery: 0.5), "glucose < 4 [mmol/L]"),
        rule(0, .split(discarded: 0.5), "glucose < 4 [mmol/L]"),
        rule(0, .debead(recovery: 0.8), "V < 0.6 [1e6 cells/mL]"),
      ], text: text
    ).simulate([0.1], at: [Instant(time: 70)])[0]
    #expect(s.firings.map(\.operation).sorted() == [1, 2, 3])
    #expect(s.firings.allSatisfy { abs($0.time - 60) < 1e-9 })
    #expect(abs(s.means[0] - 0.4 * exp(0.1)) < 1e-9 && abs(s.volume - 50) < 1e-12)
  }

  /// `on` sets states; min is a choice. w counts the refills, x' = min(1, 0.1 t) bends at 10 h.
  @Test func statementsOfTheModel() throws {
    let text =
      Self.text + """

        per_cell w [1] "refills"
        per_cell x [1] "bent"
        w(0) = 0
        x(0) = 0
        w' = 0 [1/h]
        x' = min(1 [1/h], 0.1 [1/h] * time / 1 [h])
        on glucose < 4 [mmol/L]: w = w + 1, glucose = glucose + 3 [mmol/L]
        observe fold [1] = w ~ normal(sd: 1)
        observe car_positive [1] = x ~ normal(sd: 1)
        """
    let s = try culture([], text: text).simulate(
      [0.1], at: [59, 61, 149].map { Instant(time: $0) })
    #expect(s.map { $0.means[2] } == [0, 1, 3])
    #expect(abs(s[1].means[1] - 6.9) < 1e-9)
    #expect(abs(s[2].means[3] - (5 + 139)) < 1e-7)
  }

  /// A rule that brings its condition back at once ends with a reason, not with a hang.
  @Test func endless() throws {
    let feed = RunRecords.Operation.Action.feed(volume: 0.0001, solutes: ["glucose": 4.0001])
    let endless = try culture([rule(0, feed, "glucose < 4 [mmol/L]")])
    do {
      _ = try endless.simulate([0.1], at: [Instant(time: 200)])
      Issue.record("it ended")
    } catch {
      guard case .tooManyFirings(let time, let condition) = error.cause else {
        Issue.record("\(error)")
        return
      }
      #expect(time >= 60 && condition.contains("glucose < 4") && condition.contains("z.csv:3:3"))
      #expect(error.description.contains("widen the gap"))
    }
  }

  /// A rule that overfills the vessel ends the run with the volume and the limit.
  @Test func overfilled() throws {
    let vessel = Platform(name: "toy", mostVolume: .init(130, .read))
    let full = try culture([rule(0, share, "glucose < 4 [mmol/L]")], platform: vessel)
    #expect(try full.simulate([0.1], at: [Instant(time: 80)])[0].firings.count == 1)
    do {
      _ = try full.simulate([0.1], at: [Instant(time: 100)])
      Issue.record("it was not noticed")
    } catch {
      guard case .vessel(let time, let volume, let limit) = error.cause else {
        Issue.record("\(error)")
        return
      }
      #expect(abs(time - 60 - 80.0 / 3) < 1e-9 && abs(volume - 144) < 1e-9 && limit == 130)
    }
    // A flow that a rule starts reaches the limit on its way.
    let flow = Flow(inflow: 1, solutes: ["glucose": 4])
    let rising = try culture([rule(0, .flow(flow), "glucose < 4 [mmol/L]")], platform: vessel)
    do {
      _ = try rising.simulate([0.1], at: [Instant(time: 100)])
      Issue.record("it was not noticed")
    } catch { #expect(error.cause == .vessel(at: error.time, volume: 130, limit: 130)) }
  }

  /// The fault of a condition stands at its cell. Catches: a place in the model's file.
  @Test func wrongCondition() {
    do {
      _ = try culture([rule(0, share, "glucos < 4 [mmol/L]")])
      Issue.record("it was read")
    } catch let error as InputRefused {
      #expect(error.findings.first?.place.file == "z.csv")
      #expect(error.findings.first?.place.line == 3)
      #expect(error.findings.first?.cause.contains("glucose") == true)
    } catch { Issue.record("\(error)") }
  }
}

extension SimulationFailure {
  var time: Double {
    if case .vessel(let time, _, _) = cause { return time }
    return .nan
  }
}
