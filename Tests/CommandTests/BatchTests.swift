import Foundation
import Testing

@Suite("Batches at the command line", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct BatchTests {
  /// A plan simulated with so many instruments and the item's seed: a tenth of a second.
  static func words(years: String = "1") -> [String] {
    [
      "--", "plan", "simulate", "data/facilities/fac1.yaml", "--set", "instruments.prodigy={}",
      "--replications", "2", "--years", years, "--next-unit", "0", "--threads", "1", "--seed",
      "{seed}",
    ]
  }

  private func run(_ folder: String, _ out: String, _ slice: String) throws -> Tool.Outcome {
    try Tool.run(
      ["batch", "run", "--list", folder + "/list.txt", "--slice", slice, "--out", folder + out]
        + Self.words())
  }

  private func collect(_ folder: String, _ out: String) throws -> Tool.Outcome {
    try Tool.run([
      "batch", "collect", "--list", folder + "/list.txt", "--out", folder + out, "--into",
      folder + out + ".jsonl",
    ])
  }

  /// One slice or three in another order: the same bytes, in the order of the list. A set with gaps
  /// is refused with the lines of what is missing. Catches: a seed that depends on the slice, an order
  /// of file names, a collection that is short and says nothing.
  @Test func slices() throws {
    try Scratch.folder { folder in
      try Scratch.write("# instruments\n36\n31\n\n33\n35\n", to: folder + "/list.txt")
      let whole = try run(folder, "/one", "1/1")
      #expect(whole.code == 0 && whole.text == "4 items: 4 run, 0 there already, 0 failed.\n")
      #expect(try collect(folder, "/one").code == 0)
      for slice in ["3/3", "1/3"] { #expect(try run(folder, "/three", slice).code == 0) }
      let gap = try collect(folder, "/three")
      #expect(gap.code == 1, "\(gap.brief)")
      #expect(gap.text.hasPrefix("Nothing was written: 1 of 4 items are not there.\n"))
      #expect(gap.text.contains("\(folder)/list.txt:3: missing: 31\nRemedy: "))
      #expect(!Scratch.exists(folder + "/three.jsonl"))
      #expect(try run(folder, "/three", "2/3").code == 0)
      let again = try run(folder, "/three", "1/1")
      #expect(again.text == "4 items: 0 run, 4 there already, 0 failed.\n", "\(again.brief)")
      #expect(try collect(folder, "/three").code == 0)
      let text = try Scratch.text(folder + "/one.jsonl")
      #expect(try Scratch.text(folder + "/three.jsonl") == text)
      let items = try text.split(separator: "\n").map { line in
        (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["item"]
          as? String
      }
      #expect(items == ["36", "31", "33", "35"])
    }
  }

  /// Killed in the middle of a slice: what is there is whole, the collection is refused, a second run
  /// keeps it and gives the bytes of an undisturbed one. Catches: a run that begins anew, a result that
  /// counts as there without being whole.
  @Test func killed() throws {
    try Scratch.folder { folder in
      let list = (0..<40).map { "\(31 + $0)\n" }.joined()
      try Scratch.write(list, to: folder + "/list.txt")
      let running = try Tool.launch(
        Tool.path,
        ["batch", "run", "--list", folder + "/list.txt", "--out", folder + "/cut"]
          + Self.words())
      let deadline = Date().addingTimeInterval(60)
      func there() -> [String] {
        ((try? Scratch.names(folder + "/cut")) ?? []).filter { !$0.hasPrefix(".") }
      }
      while there().count < 3, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
      if running.process.isRunning { kill(running.process.processIdentifier, SIGKILL) }
      let outcome = try running.wait()
      #expect(outcome.signal == SIGKILL, "\(outcome.brief)")
      let before = there()
      #expect((3..<40).contains(before.count), "\(before.count)")
      var bytes: [String: String] = [:]
      for name in before {
        bytes[name] = try Scratch.text("\(folder)/cut/\(name)")
        let data = Data(try #require(bytes[name]).utf8)
        #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
      }
      #expect(try collect(folder, "/cut").code == 1 && !Scratch.exists(folder + "/cut.jsonl"))
      let again = try run(folder, "/cut", "1/1")
      #expect(again.code == 0 && again.text.contains("\(before.count) there already"))
      for name in before { #expect(try Scratch.text("\(folder)/cut/\(name)") == bytes[name]) }
      #expect(try run(folder, "/whole", "1/1").code == 0)
      for out in ["/cut", "/whole"] { #expect(try collect(folder, out).code == 0) }
      let whole = try Scratch.text(folder + "/whole.jsonl")
      #expect(try Scratch.text(folder + "/cut.jsonl") == whole)
    }
  }

  /// What cannot be used is refused with its place and a remedy; items that fail are named and never
  /// collected. Catches: half a result that is collected, the result of another seed beside the others,
  /// a list that is written over.
  @Test func refused() throws {
    try Scratch.folder { folder in
      try Scratch.write("31\n32\n31\n", to: folder + "/list.txt")
      let twice = try run(folder, "/out", "1/1")
      #expect(twice.code == 65 && twice.errors.contains("list.txt:3:1: error E_LIST_TWICE: "))
      #expect(twice.errors.contains("Remedy: ") && !Scratch.exists(folder + "/out"))
      let missing = try Tool.run(
        ["batch", "run", "--list", folder + "/none", "--out", folder + "/out"] + Self.words())
      #expect(missing.code == 65 && missing.errors.contains("E_FILE_MISSING"), "\(missing.brief)")
      try Scratch.write("33\nnone\n", to: folder + "/list.txt")
      let failed = try run(folder, "/out", "1/1")
      #expect(failed.code == 1 && failed.text.contains("failed: none"), "\(failed.brief)")
      let collected = try collect(folder, "/out")
      #expect(collected.code == 1, "\(collected.brief)")
      #expect(collected.text.contains("list.txt:2: failed (exit "), "\(collected.text)")
      try Scratch.write("33\n34\n", to: folder + "/list.txt")
      let other = try Tool.run(
        [
          "batch", "run", "--list", folder + "/list.txt", "--slice", "2/2", "--seed", "2", "--out",
          folder + "/out",
        ] + Self.words())
      #expect(other.code == 0)
      let mixed = try collect(folder, "/out")
      #expect(mixed.code == 1 && mixed.text.contains("list.txt:2: of another command or seed: 34"))
      #expect(try run(folder, "/out", "2/2").code == 0 && collect(folder, "/out").code == 0)
      // Half a file, as a copy between machines may leave it.
      for name in try Scratch.names(folder + "/out") {
        let text = try Scratch.text("\(folder)/out/\(name)")
        try Scratch.write(String(text.prefix(text.count / 2)), to: "\(folder)/out/\(name)")
      }
      let half = try collect(folder, "/out")
      #expect(half.code == 1 && half.text.contains("list.txt:1: "), "\(half.brief)")
      #expect(half.text.contains(".json is no result: 33"), "\(half.text)")
      let over = try Tool.run([
        "batch", "collect", "--list", folder + "/list.txt", "--out", folder + "/out", "--into",
        folder + "/list.txt",
      ])
      #expect(over.code == 64 && over.errors.contains("written over"), "\(over.brief)")
      let file = try Tool.run(
        ["batch", "run", "--list", folder + "/list.txt", "--out", folder + "/list.txt"]
          + Self.words())
      #expect(file.code != 0 && file.signal == nil && file.errors.contains("list.txt"))
    }
    for arguments in [["--", "fit", "x"], ["--", "batch", "run", "{}"], []] {
      let outcome = try Tool.run(["batch", "run", "--list", "x", "--out", "y"] + arguments)
      #expect(outcome.code == 64, "\(outcome.brief)")
    }
  }

  /// A full disk ends the slice with 74 and leaves whole results; with room it goes on.
  /// Catches: an item whose half file counts as done.
  @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    let words = Self.words().map { "'\($0)'" }.joined(separator: " ")
    let outcome = try SmallDisk.shell(
      """
      printf "%s\\n" 31 32 33 34 35 36 37 38 39 40 > "$DISK/list.txt"
      run() { "$THYMUS" batch run --list "$DISK/list.txt" --out "$DISK/out" \(
        words.replacingOccurrences(of: "'", with: "")); }
      run > /dev/null; echo "code $?"
      for f in "$DISK"/out/*; do tail -c 2 "$f"; done | sort | uniq -c | wc -l
      ls -A "$DISK/out" | grep -c tmp
      "$THYMUS" batch collect --list "$DISK/list.txt" --out "$DISK/out" --into "$DISK/all" | head -n 1
      mount -o remount,size=4m "$DISK" && run && \
      "$THYMUS" batch collect --list "$DISK/list.txt" --out "$DISK/out" --into "$DISK/all" \
      > /dev/null && wc -l < "$DISK/all"
      """)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 6, "\(outcome.text) \(outcome.brief)")
    guard lines.count == 6 else { return }
    #expect(lines[0] == "code 74" && lines[1] == "1" && lines[2] == "0", "\(outcome.text)")
    #expect(lines[3].hasPrefix("Nothing was written: "))
    #expect(
      lines[4].hasPrefix("10 items: ") && lines[4].hasSuffix(" 0 failed.") && lines[5] == "10")
    #expect(outcome.errors.contains("No space left"), "\(outcome.brief)")
  }
}
