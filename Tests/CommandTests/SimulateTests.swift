import Foundation
import Testing

/// `thymus simulate`: numbers, sources of parameters, draws, refusals.
@Suite("Simulate", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct SimulateTests {
  /// What a simulation's JSON record says, as far as the tests look.
  struct Record: Decodable {
    struct Parameter: Decodable {
      let name: String
      let value: Double
      let sd: Double?
      let origin: String
      let unverified: Bool
    }
    struct Point: Decodable {
      let time_h: Double
      let states: [String: Double]
      let observables: [String: Double]
    }
    struct Bands: Decodable {
      struct Series: Decodable {
        let name: String
        let kind: String
        let quantiles: [[Double]]
      }
      let draws: Int
      let levels: [Double]
      let series: [Series]
    }
    let parameters: [Parameter]
    let unverified: [String]
    let points: [Point]
    let bands: Bands?

    func parameter(_ name: String) throws -> Parameter {
      try #require(parameters.first { $0.name == name })
    }
  }

  static func record(_ arguments: [String]) throws -> Record {
    let outcome = try Tool.run(["simulate"] + arguments + ["--json"])
    #expect(outcome.code == 0, "\(outcome.brief)")
    return try JSONDecoder().decode(Record.self, from: outcome.out)
  }

  /// A closed form of the reference: arguments, time in h, state, value.
  struct ClosedForm: CustomTestStringConvertible, Sendable {
    let model: String
    let settings: [String]
    let hours: Int
    let state: String
    let value: Double
    let step: String?
    /// Below the smallest value that matters, where no state starts at 0.
    let atol: String

    init(
      _ model: String, _ settings: [String], _ hours: Int, _ state: String, _ value: Double,
      do step: String? = nil, atol: String = "1e-14"
    ) {
      self.model = model
      self.settings = settings
      self.hours = hours
      self.state = state
      self.value = value
      self.step = step
      self.atol = atol
    }

    var testDescription: String { "\(model) \(state) at \(hours) h" }
  }

  static let awake = [
    "lag=-1e6 h", "mu=0.03 1/h", "kd=0.004 1/h", "kl=0.01 1/h", "V0=0.5 1e6 cells/mL",
    "D0=0.05 1e6 cells/mL",
  ]
  /// Growth .028, .030, .026, .010 and transitions .012, .008, .006 from (1, 0, 0, 0).
  static let chain = [
    "V0=1 1e6 cells/mL", "x1=1", "K=1e30 cells", "mu1=0.028 1/h", "mu2=0.030 1/h",
    "mu3=0.026 1/h", "mu4=0.010 1/h", "d1=0.012 1/h", "d2=0.008 1/h", "d3=0.006 1/h",
  ]
  static let logistic = ["mu=0.03 1/h", "K=10e8 cells", "V0=0.5 1e6 cells/mL"]

  /// Shipped models against the closed forms of the literature, 16 digits from mpmath. The vessel
  /// holds 100 mL, so a capacity of 10e6 cells/mL is 1e9 cells. Catches: a rate law that is not the
  /// one it is named after, a parameter that reaches another place, a volume counted twice.
  @Test(arguments: [
    ClosedForm(
      "exponential", ["mu=0.03 1/h", "V0=0.5 1e6 cells/mL"], 240, "V", 669.71538219720891),
    ClosedForm("logistic", logistic, 96, "V", 4.838958273791962),
    ClosedForm("logistic", logistic, 240, "V", 9.860132731840256),
    ClosedForm(
      "gompertz", ["a=0.012 1/h", "K=10e8 cells", "V0=0.5 1e6 cells/mL"], 96, "V",
      3.880334363552386),
    ClosedForm("richards", logistic + ["beta=1.7"], 96, "V", 6.272220024449546),
    ClosedForm("richards", logistic + ["beta=1.7"], 240, "V", 9.9954017491178541),
    ClosedForm("baranyi_roberts", logistic + ["lag=40 h"], 48, "V", 0.93946102868848841),
    ClosedForm("baranyi_roberts", logistic + ["lag=40 h"], 240, "V", 9.5509628766288533),
    ClosedForm("live_dead", logistic + ["kd=0 1/h", "lag=36 h"], 96, "V", 2.41503585718026),
    ClosedForm("live_dead", awake + ["K=1e30 cells"], 240, "V", 256.42925547141448),
    ClosedForm("live_dead", awake + ["K=1e30 cells"], 240, "D", 28.491635508194446),
    ClosedForm(
      "metabolite_sensor",
      [
        "lag=-1e6 h", "mu=0.026 1/h", "V0=0.5 1e6 cells/mL", "G0=250 mmol/L", "qG=0.01 pmol/cell/h",
        "KG=0 mmol/L",
      ],
      240, "glucose", 151.56567097253289),
    ClosedForm(
      "metabolite_sensor",
      [
        "lag=-1e6 h", "mu=0.026 1/h", "V0=0.5 1e6 cells/mL", "L0=2 mmol/L", "YL=2",
        "qG=0.01 pmol/cell/h", "G0=1e6 mmol/L", "KG=0 mmol/L",
      ], 240, "lactate", 111.50565105839803,
      do: "0h flow inflow=2mL/h permeate=2mL/h retention=100% glucose=50mM lactate=0mM"),
    ClosedForm(
      "il2",
      [
        "lag=-1e6 h", "mu=0.026 1/h", "kd=0 1/h", "V0=0.5 1e6 cells/mL", "I0=100 IU/mL",
        "K_IL2=0 IU/mL", "k_decay=0.01 1/h", "k_up=0.002 1e-6 mL/cell/h",
      ], 240, "il2", 2.5573846736809766e-8, atol: "1e-25"),
    ClosedForm(
      "quiescent_activated",
      [
        "V0=1 1e6 cells/mL", "ka=0.04 1/h", "kdQ=0.01 1/h", "mu=0.026 1/h", "kd=0 1/h", "kr=0 1/h",
      ], 240, "A", 269.92552884137716),
    ClosedForm(
      "erlang_lag", ["V0=1 1e6 cells/mL", "lag=40 h", "mu=0.026 1/h"], 240, "A",
      203.47702836247647),
    ClosedForm("lineage_chain", chain, 240, "X[1]", 46.5254744397892),
    ClosedForm("lineage_chain", chain, 240, "X[2]", 299.688801824018),
    ClosedForm("lineage_chain", chain, 240, "X[3]", 298.935890348725),
    ClosedForm("lineage_chain", chain, 240, "X[4]", 87.8878519269458),
    ClosedForm(
      "car_fraction", ["p_car=0.4", "dmu=-0.004 1/h"], 240, "car_positive", 20.335351459826647,
      do: "0h transduction"),
    ClosedForm(
      "live_dead_car", ["p_car=0.4", "dmu=-0.004 1/h"], 240, "car_positive", 20.335351459826647,
      do: "0h transduction"),
    ClosedForm(
      "logistic_fade", ["mu0=0.03 1/h", "b=0.005 1/h", "K=10e8 cells", "V0=0.5 1e6 cells/mL"], 240,
      "V", 7.7702203417531997),
    ClosedForm(
      "activation_fade", ["mu0=0.03 1/h", "b=0.005 1/h", "V0=0.5 1e6 cells/mL"], 240, "V",
      33.105106584699612),
  ])
  func closedForms(_ form: ClosedForm) throws {
    let set = form.settings.flatMap { ["--set", $0] }
    let record = try Self.record(
      [form.model, "--at", "\(form.hours)h", "--rtol", "1e-12", "--atol", form.atol] + set
        + (form.step.map { ["--do", $0] } ?? []))
    let last = try #require(record.points.last)
    let value = try #require(last.states[form.state] ?? last.observables[form.state])
    #expect(abs(value / form.value - 1) < 1e-9, "\(value)")
  }

  /// The values that a fit found go along to another vessel; its seed and its capacity do not.
  /// Catches: the old vessel's capacity in the new one, a unit lost on the way, an estimate cut to the
  /// digits of a table, correlations left out of the draws.
  @Test func fittedModelMoves() throws {
    try Scratch.folder { folder in
      let fit = try Tool.run([
        "fit", Tool.example, "--run", "synthetic_prodigy_01", "--model", "live_dead", "--json",
      ])
      #expect(fit.code == 0, "\(fit.brief)")
      try Scratch.write(fit.text, to: folder + "/fit.json")
      let entry = try JSONDecoder().decode(Fit.self, from: fit.out).runs[0].models[0]
      func planned(_ platform: String, _ volume: String) -> [String] {
        [
          "live_dead", "--parameters", folder + "/fit.json", "--platform", platform, "--volume",
          volume, "--seed-density", "0.4e6 cells/mL", "--seed-viability", "95%", "--until", "8d",
        ]
      }
      let plan = planned("xuri", "1 L")
      let record = try Self.record(plan + ["--draws", "2000"])
      for name in ["mu", "lag", "kd"] {
        let fitted = try #require(entry.parameters.first { $0.name == name })
        let taken = try record.parameter(name)
        #expect(abs(taken.value / fitted.estimate - 1) < 1e-15 && taken.sd == fitted.standard_error)
        #expect(taken.origin == "fit of live_dead to synthetic_prodigy_01")
      }
      #expect(try record.parameter("K").origin.contains("platform xuri"))
      #expect(abs(try record.parameter("K").value / 1.2e10 - 1) < 1e-12)
      #expect(abs(try record.parameter("V0").value / 0.4 - 1) < 1e-12)
      #expect(record.unverified.contains("mu") && record.points.count == 9)
      // In its own vessel the capacity stays the fitted one.
      let stays = try Self.record(planned("prodigy", "200 mL"))
      #expect(try stays.parameter("K").origin.hasPrefix("fit of"))
      // A model that the record does not hold, and a run that it does not hold.
      for wrong in [["--fit-model", "live_daed"], ["--fit-run", "B1"]] {
        let outcome = try Tool.run(["simulate"] + plan + wrong)
        #expect(outcome.code == 65 && outcome.errors.contains("E_FIT_CHOICE"), "\(outcome.brief)")
      }
    }
  }

  struct Fit: Decodable {
    struct Parameter: Decodable {
      let name: String
      let estimate: Double
      let standard_error: Double?
    }
    struct Model: Decodable { let parameters: [Parameter] }
    struct Run: Decodable { let models: [Model] }
    let runs: [Run]
  }

  /// Bands of exponential growth whose rate alone varies are known: ln V(t) is normal, so each
  /// quantile is V0 exp(q t) with q that of the truncated prior, which the bounds 0.0005 ... 0.070
  /// hardly touch (4.4 sd). With 40,000 draws a quantile of ln V at 240 h is within 5 standard
  /// errors, sqrt(p(1-p)/n)/density. Catches: draws on the natural scale, a spread taken twice,
  /// levels in the wrong order.
  @Test func bandsOfAKnownDistribution() throws {
    let record = try Self.record([
      "exponential", "--at", "240h", "--set", "V0=0.5 1e6 cells/mL", "--draws", "40000",
    ])
    let bands = try #require(record.bands)
    let found = try #require(bands.series.first { $0.name == "vcd" }?.quantiles.last)
    // Standard normal quantiles and densities at the levels of the bands.
    let normal: [(z: Double, density: Double, p: Double)] = [
      (-1.959963984540054, 0.05844507, 0.025), (-1.2815515655446004, 0.17549833, 0.1),
      (-0.6744897501960817, 0.31777657, 0.25), (0, 0.39894228, 0.5),
      (0.6744897501960817, 0.31777657, 0.75), (1.2815515655446004, 0.17549833, 0.9),
      (1.959963984540054, 0.05844507, 0.975),
    ]
    #expect(bands.draws == 40_000 && bands.levels == normal.map(\.p))
    for (value, known) in zip(found, normal) {
      let rate = 0.029 * exp(0.2 * known.z)
      let error = (known.p * (1 - known.p) / 40_000).squareRoot() / known.density * 0.2 * rate * 240
      #expect(abs(log(value / 0.5) - rate * 240) < 5 * error + 0.001, "level \(known.p)")
    }
  }

  /// JSON and HTML do not depend on the threads; another seed gives other draws. Catches: a stream
  /// shared by threads, a merge in the order of completion.
  @Test func threads() throws {
    func result(_ threads: String, _ seed: String) throws -> (Data, String) {
      try Scratch.folder { folder in
        let outcome = try Tool.run([
          "simulate", "live_dead", "--until", "6d", "--draws", "1500", "--threads", threads,
          "--seed", seed, "--json", "-o", folder + "/x.html",
        ])
        #expect(outcome.code == 0, "\(outcome.brief)")
        return (outcome.out, try Scratch.text(folder + "/x.html"))
      }
    }
    let one = try result("1", "1")
    for threads in ["2", "3", "16"] {
      let other = try result(threads, "1")
      #expect(one.0 == other.0 && one.1 == other.1, "\(threads) threads")
    }
    #expect(try result("1", "2").0 != one.0)
    #expect(one.1.contains("unverified") && one.1.contains("<svg"))
  }

  /// Peak memory of 12 times as many draws is the same. Catches: paths kept for their quantiles, 28 MB
  /// of them here. The bound leaves room for rarer extremes, which take a few more buckets.
  @Test(.enabled(if: Scratch.exists("/usr/bin/time"), "GNU time is not installed"))
  func memory() throws {
    func kilobytes(_ draws: Int) throws -> Int {
      let outcome = try Tool.shell(
        "/usr/bin/time -f %M \"$THYMUS\" simulate exponential --every 12h --threads 2 --draws "
          + "\(draws) --json > /dev/null")
      return try #require(Int(outcome.errors.split(separator: "\n").last ?? ""))
    }
    let few = try kilobytes(5_000)
    let many = try kilobytes(60_000)
    #expect(many < few + 8_000, "\(few) kB, then \(many) kB")
  }

  /// Bad input ends with its code and says where, and nothing is printed. Catches: a default in
  /// place of what cannot be read.
  @Test(arguments: [
    (64, ["live_dead", "--set", "mu=0.03"], "1/time"),
    (64, ["live_dead", "--set", "mu=0.03 mL"], "1/time"),
    (64, ["live_dead", "--set", "mu=nan 1/h"], "--set"),
    (64, ["live_dead", "--set", "mu=inf 1/h"], "--set"),
    (64, ["live_dead", "--set", "my=0.03 1/h"], "Did you mean 'mu'?"),
    (64, ["live_dead", "--set", "mu=0.03 1/h", "--set", "mu=1 1/d"], "twice"),
    (64, ["live_dead", "--until", "0d"], "--until"),
    (64, ["live_dead", "--until", "6"], "--until"),
    (64, ["live_dead", "--at", "2d,soon"], "--at"),
    (64, ["live_dead", "--at", "2d", "--every", "1d"], "--every"),
    (64, ["live_dead", "--rtol", "nan"], "--rtol"), (64, ["live_dead", "--atol", "0"], "--atol"),
    (64, ["live_dead", "--draws=-5"], "--draws"),
    (64, ["live_dead", "--seed-density", "0.5"], "--seed-density"),
    (64, ["live_dead", "--run", "x", "--volume", "5 mL"], "--run"),
    (65, ["live_daed"], "live_dead"), (65, ["live_dead", "--run", "/nowhere"], "E_FILE_MISSING"),
    (65, ["live_dead", "--operations", "/nowhere.csv"], "E_FILE_MISSING"),
    (65, ["live_dead", "--parameters", "/nowhere.json"], "E_FILE_MISSING"),
    (65, ["live_dead", "--parameters", "data/reference/lock.json"], "E_FIT_SCHEMA"),
    (65, ["live_dead", "--run", Tool.example], "--name"),
    (65, ["live_dead", "--platform", "prodigi"], "prodigy"),
    (65, ["live_dead", "--do", "5d exchang fraction=50%"], "--do:1: error E_OPERATION_UNKNOWN"),
    (65, ["live_dead", "--do", "5d exchange fracton=50%"], "Did you mean 'fraction'?"),
    (65, ["live_dead", "--do", "5d exchange fraction=50mL"], "--do:1: error E_STEP_VALUE"),
    (65, ["live_dead", "--do", "exchange fraction=50%"], "--do:1: error E_STEP_FORM"),
    (
      65, ["live_dead", "--do", "1d activation", "--do", "1d sample volume=200mL"], "--do:2: error"
    ),
    (65, ["glucose_lactate", "--do", "5d exchange fraction=50%"], "glucose"),
  ])
  func refusals(_ code: Int, _ arguments: [String], _ says: String) throws {
    let outcome = try Tool.run(["simulate"] + arguments)
    #expect(outcome.code == Int32(code) && outcome.out.isEmpty, "\(outcome.brief)")
    #expect(outcome.errors.contains(says), "\(outcome.brief)")
  }

  /// Steps on the command line and the same rows in a file give the same course. Catches: a column
  /// or a unit that one of the two ways reads otherwise.
  @Test func stepsAreRows() throws {
    try Scratch.folder { folder in
      try Scratch.write(
        """
        run,time [h],operation,volume [mL],fraction [%],density [1e6 cells/mL],glucose [mmol/L],lactate [mmol/L]
        plan,0,seed,120,,0.6,20,1
        plan,0,activation,,,,,
        plan,72,feed,30,,,25,0
        plan,120,exchange,,50,,25,0
        """, to: folder + "/plan.csv")
      let times = ["glucose_lactate", "--at", "3d,4d,7d"]
      let rows = try Self.record(times + ["--operations", folder + "/plan.csv"])
      let steps = try Self.record(
        times + [
          "--volume", "0.12 L", "--seed-density", "6e5 cells/mL", "--solute", "glucose=20 mM",
          "--solute", "lactate=1 mmol/L", "--do",
          "5 d exchange fraction=50% glucose=25mM lactate=0 mM",
          "--do", "3d feed volume=30 mL glucose=25 mmol/L lactate=0 mmol/L",
        ])
      for (a, b) in zip(rows.points, steps.points) {
        for (name, value) in a.states {
          #expect(abs(value / (b.states[name] ?? 0) - 1) < 1e-12, "\(name) at \(a.time_h) h")
        }
      }
      #expect(rows.points.count == 3 && steps.points.count == 3)
    }
  }
}
