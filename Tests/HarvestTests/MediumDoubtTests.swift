import ModelLanguage
import RunRecords
import Testing

@testable import Harvest

@Suite("Medium that no model follows") struct MediumDoubtTests {
  private func model(_ observables: String = "") throws -> Model {
    try Model(
      parsing: """
        model m "cells"
        cells V [1e6 cells/mL] "cells"
        param mu [1/h] "growth" = 0.03 in 0.001 ... 0.2 log
        V(0) = 0.5 [1e6 cells/mL]
        V' = mu * V
        observe vcd [1e6 cells/mL] = V ~ lognormal(sd_ln: 0.1)
        \(observables)
        """, file: "t")
  }

  private func run(glucose: Double, lactate: Double = 5, exchangeAt: Double? = nil) -> Run {
    Run(
      name: "r",
      observations: [
        HarvestCase.reading(144, "vcd", .exact(3)),
        HarvestCase.reading(144, "glucose", .exact(glucose)),
        HarvestCase.reading(144, "lactate", .exact(lactate)),
      ],
      operations: exchangeAt.map {
        [HarvestCase.operation($0, .exchange(fraction: 0.5, retention: 1, solutes: [:]))]
      } ?? [])
  }

  // 6 mmol/L over 0.1 x 3 is 20 h. Catches: a density left out, an exchange that comes in time not
  // seen, one that comes too late taken for in time, the end of the search not seen.
  @Test("glucose is held against the next fresh medium")
  func lasts() throws {
    let model = try model()
    func warned(_ run: Run, end: Double = 240) -> Bool {
      !MediumDoubt.warnings(run, model: model, until: 144, end: end).isEmpty
    }
    #expect(warned(run(glucose: 6)))
    #expect(!warned(run(glucose: 6, exchangeAt: 163)))
    #expect(warned(run(glucose: 6, exchangeAt: 165)))
    #expect(!warned(run(glucose: 6), end: 160))
    #expect(warned(run(glucose: 0)))
    #expect(warned(run(glucose: 100, lactate: 30)))
    #expect(!warned(run(glucose: 100)))
  }

  // Catches: a note on a model that follows glucose, a reading of the future, an exchange of the past
  // called the next one.
  @Test("the note says what was read and what is planned")
  func note() throws {
    let run = run(glucose: 6, exchangeAt: 168)
    let early = try #require(MediumDoubt.note(run, model: model(), until: 100))
    #expect(early.contains("None was read") && early.contains("planned for day 7"))
    let late = try #require(MediumDoubt.note(run, model: model(), until: 192))
    #expect(
      late.contains("glucose 6 mmol/L on day 6") && late.contains("No fresh medium is planned"))
    let follows = try model(
      """
      solute G [mmol/L] "glucose"
      G(0) = 20 [mmol/L]
      G' = -0.1 [pmol/cell/h] * V
      observe glucose [mmol/L] = G ~ normal(sd: 0.2 [mmol/L])
      """)
    #expect(MediumDoubt.note(run, model: follows, until: 192) == nil)
    #expect(MediumDoubt.warnings(run, model: follows, until: 192, end: 240).isEmpty)
  }
}
