import Foundation
import Testing

@Suite("Exit codes are a contract", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct ExitCodeTests {
  /// The calls of the contract, each with its code and a word that standard error must hold.
  /// Catches: a code that another kind of failure shares, a failure that ends with 0.
  @Test(arguments: [
    Call(0, ["--version"]), Call(0, ["models"]), Call(0, ["models", "language"]),
    Call(0, ["products", "check"]), Call(0, ["dose", "--help"]),
    Call(0, ["dose", "--product", "kymriah-us-ball", "--weight", "20 kg"]),
    Call(
      0, ["fit", Tool.example, "--model", "exponential_lag", "--until", "6d", "--starts", "2"]),
    Call(1, ["dose", "--product", "fucaso-hk-mm", "--weight", "70 kg"], "E_DOSE_NOT_KNOWN"),
    Call(1, ["dose", "--product", "kymriah-us-ball", "--weight", "0.3 kg"], "dose refused"),
    Call(1, ["dose", "--product", "kymriah-us-ball"], "dose refused"),
    Call(64, ["fit", Tool.example, "--modle", "live_dead"], "--model"),
    Call(64, ["fit", Tool.example, "--until", "6"], "--until"),
    Call(64, ["fit", Tool.example, "--until", "6 mL"], "--until"),
    Call(64, ["fit", Tool.example, "--until", "soon"], "--until"),
    Call(64, ["fit", Tool.example, "--until=-6d"], "--until"),
    Call(
      64,
      ["fit", Tool.example, "--model", "live_dead", "--hold", "mu=0.03 1/h", "--hold", "mu=1 1/d"],
      "twice"),
    Call(64, Call.harvest + ["--need", "2e8 cells", "--horizon", "1e9d"], "--horizon"),
    Call(64, ["fit"], "runs"), Call(64, ["fry", Tool.example]),
    Call(64, ["fit", Tool.example, "--threads", "0"], "--threads"),
    Call(64, ["fit", Tool.example, "--starts", "-1"], "--starts"),
    Call(64, ["fit", Tool.example, "--model", "live_dead", "--hold", "mu=1 mL"], "--hold"),
    Call(64, ["report", Tool.example], "-o report.html"),
    Call(64, ["dose"], "--product"),
    Call(64, ["dose", "--product", "kymriah", "--weight", "20 kg"], "kymriah-us-ball"),
    Call(64, Call.harvest, "--need"),
    Call(64, Call.harvest + ["--need", "2e8"], "--need"),
    Call(64, Call.harvest + ["--need", "2e8 cells", "--confidence", "100%"], "--confidence"),
    Call(65, ["fit", "/nonexistent/run"], "E_FILE_MISSING"),
    Call(65, ["fit", Tool.example, "--run", "synthetic_prodigy_1"], "synthetic_prodigy_01"),
    Call(65, ["fit", Tool.example, "--model", "live_daed"], "live_dead"),
    Call(65, ["fit", Tool.example, "--data", "/nonexistent"], "E_DATA_MISSING"),
    Call(64, ["dose", "--product", "kymriah-us-ball", "--weight", "44 lb"], "--weight: E_"),
    Call(65, ["models", "check", "data/platforms/prodigy.yaml"]),
    Call(65, ["regress", "/nonexistent"], "cases.json"),
  ])
  func contract(_ call: Call) throws {
    let outcome = try Tool.run(call.arguments)
    #expect(outcome.code == call.code && outcome.signal == nil, "\(outcome.brief)")
    #expect(call.says.isEmpty || outcome.errors.contains(call.says), "\(outcome.brief)")
    if call.code == 64 || call.code == 65 { #expect(outcome.out.isEmpty) }
  }

  /// Criteria out of reach are exit 1 with a forecast that says so, not a refused forecast.
  /// Catches: an unreachable need that passes, or that is never computed.
  @Test func notReachable() throws {
    let outcome = try Tool.run(Call.harvest + ["--need", "1e12 cells"])
    #expect(outcome.code == 1, "\(outcome.brief)")
    #expect(outcome.text.contains("NOT REACHABLE"), "\(outcome.text)")
    let within = try Tool.run(Call.harvest + ["--need", "1e8 cells"])
    #expect(within.code == 0, "\(within.brief)")
  }

  struct Call: CustomTestStringConvertible, Sendable {
    let code: Int32
    let arguments: [String]
    let says: String

    init(_ code: Int32, _ arguments: [String], _ says: String = "") {
      self.code = code
      self.arguments = arguments
      self.says = says
    }

    var testDescription: String { "\(code): \(arguments.joined(separator: " "))" }

    static let harvest = [
      "harvest", Tool.example, "--run", "synthetic_prodigy_01", "--model", "live_dead", "--until",
      "6d",
    ]
  }

  /// Every shipped run with every shipped model ends in a report. Catches: a trap on numbers that
  /// data can cause, such as quantiles of draws that all agree.
  @Test(arguments: ["prodigy_example", "kaartinen2017_cart_il2", "cho_fedbatch_2024nov"])
  func everyModel(_ folder: String) throws {
    try Scratch.folder { scratch in
      let outcome = try Tool.run([
        "report", "data/runs/" + folder, "--starts", "4", "-o", scratch + "/x.html",
      ])
      #expect(outcome.code < 2 && outcome.signal == nil, "\(outcome.brief)")
      #expect(try Scratch.names(scratch) == ["x.html"])
    }
  }

  /// Output that does not arrive ends with 74 and leaves nothing. Catches: an exit code 0 after a
  /// failed write, a target that is emptied before it is written.
  @Test func outputFailed() throws {
    try Scratch.folder { folder in
      for path in [folder + "/none/x.html", folder, "/dev/null"] {
        let outcome = try Tool.run(["models", "-o", path])
        #expect(outcome.code == 74, "\(path): \(outcome.brief)")
        #expect(outcome.errors.contains("Remedy:") && outcome.errors.contains(path))
      }
      #expect(try Scratch.names(folder).isEmpty)
      try Scratch.write("a file", to: folder + "/file")
      for arguments in [["-o", folder + "/file/x.html"], ["--csv", folder + "/file/x"]] {
        let outcome = try Tool.run(["models"] + arguments)
        #expect(outcome.code == 74, "\(arguments): \(outcome.brief)")
      }
      #expect(try Scratch.text(folder + "/file") == "a file")
    }
  }

  /// Standard output on a full device. Catches: buffered output whose last write nobody looks at.
  @Test(.enabled(if: Scratch.exists("/dev/full"), "this system has no /dev/full"))
  func fullDevice() throws {
    for arguments in ["models", "products", "dose --product kymriah-us-ball --weight \"20 kg\""] {
      for json in ["", " --json"] {
        let outcome = try Tool.shell("\"$THYMUS\" \(arguments)\(json) > /dev/full")
        #expect(outcome.code == 74, "\(arguments)\(json): \(outcome.brief)")
      }
    }
    let closed = try Tool.shell("\"$THYMUS\" models >&-")
    #expect(closed.code == 74, "closed standard output: \(closed.brief)")
  }

  /// A report that does not fit on the disk leaves the one before it and nothing else.
  /// Catches: writing in place, a temporary file left behind.
  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    let outcome = try SmallDisk.shell(
      """
      echo before > "$DISK/x.html"
      head -c 50000 /dev/zero > "$DISK/ballast"
      "$THYMUS" fit \(Tool.example) --model exponential_lag --until 6d --starts 2 -o "$DISK/x.html"
      echo "code $?"; ls -A "$DISK"; cat "$DISK/x.html"
      """)
    #expect(
      outcome.text == "code 74\nballast\nx.html\nbefore\n", "\(outcome.text) \(outcome.brief)")
    #expect(outcome.errors.contains("No space left"))
  }

  /// A reader that goes away is no fault, and hides none. Catches: death by SIGPIPE (141), a
  /// complaint, a refused check that ends with 0 because nobody read to the end.
  @Test func brokenPipe() throws {
    let harvest = Call.harvest.joined(separator: " ") + " --need '1e12 cells'"
    for (arguments, code) in [
      ("models language", "0"), ("products", "0"),
      ("fit \(Tool.example) --model exponential_lag --until 6d --starts 2 --json", "0"),
      (harvest, "1"),
    ] {
      for reader in ["true", "head -n 1"] {
        let outcome = try Tool.shell(
          "\"$THYMUS\" \(arguments) | \(reader) > /dev/null; echo \"${PIPESTATUS[0]}\"")
        #expect(
          outcome.text == code + "\n" && outcome.errors.isEmpty,
          "\(arguments) | \(reader): \(outcome.text) \(outcome.brief)")
      }
    }
  }
}
