using Actions.Shared.Findings;
using Actions.Shared.Validation.Comparison;

namespace Actions.Shared.Tests.Validation.Comparison;

public sealed class ChangeFilterSpecs
{
    private static readonly string[] Lines =
    [
        "spec:",                        // 1
        "  containers:",                // 2
        "  - name: a",                  // 3
        "    image: a",                 // 4
        "    securityContext:",         // 5
        "      privileged: false",      // 6
        "  - name: b",                  // 7
        "    image: b",                 // 8
        "status: {}",                   // 9
    ];

    [Theory]
    [InlineData("@@ -4 +4 @@\n-    image: x\n+    image: a\n", 4, true)]
    [InlineData("@@ -4 +4 @@\n-    image: x\n+    image: a\n", 3, false)]
    [InlineData("@@ -7,1 +6,0 @@\n-      runAsNonRoot: true\n", 5, true)]
    [InlineData("@@ -7,1 +6,0 @@\n-      runAsNonRoot: true\n", 3, true)]
    [InlineData("@@ -7,1 +6,0 @@\n-      runAsNonRoot: true\n", 2, true)]
    [InlineData("@@ -7,1 +6,0 @@\n-      runAsNonRoot: true\n", 7, false)]
    [InlineData("@@ -7,1 +6,0 @@\n-      runAsNonRoot: true\n", 4, false)]
    [InlineData("@@ -7,3 +6,1 @@\n-      a: true\n-      b: true\n-      c: true\n+      privileged: false\n", 5, true)]
    [InlineData("@@ -9,1 +8,0 @@\n-    resources: {}\n", 7, true)]
    [InlineData("@@ -9,1 +8,0 @@\n-    resources: {}\n", 3, false)]
    [InlineData("@@ -10,1 +9,0 @@\n-x: {}\n", 1, false)]
    public void A_finding_belongs_to_the_change_of_its_line_or_to_what_was_taken_out_of_its_block(string hunk, int line, bool expected)
    {
        var filter = new ChangeFilter(ChangedLines.Parse("--- a/x.yaml\n+++ b/x.yaml\n" + hunk), (_, number) => number <= Lines.Length ? Lines[number - 1] : null);
        filter.Concerns(At("x.yaml", new TextRegion(line, 3, line, 8))).ShouldBe(expected);
        filter.Concerns(At("y.yaml", new TextRegion(line, 3, line, 8))).ShouldBeFalse();
    }

    [Fact]
    public void A_finding_about_a_whole_file_belongs_to_any_change_of_it()
    {
        var filter = new ChangeFilter(ChangedLines.Parse("rename from a.yaml\nrename to x.yaml\n"), (_, _) => null);
        filter.Concerns(At("x.yaml", null)).ShouldBeTrue();
        filter.Concerns(At("a.yaml", null)).ShouldBeFalse();
    }

    [Fact]
    public void A_file_is_read_only_when_lines_were_taken_out()
    {
        var filter = new ChangeFilter(ChangedLines.Parse("--- a/x.yaml\n+++ b/x.yaml\n@@ -4 +4 @@\n-a\n+b\n"), (_, _) => throw new InvalidOperationException());
        filter.Concerns(At("x.yaml", new TextRegion(1, 1, 1, 2))).ShouldBeFalse();
    }

    private static Finding At(string file, TextRegion? region) => new() { Rule = "r", Severity = Severity.Error, Location = new SourceLocation(file, region), Message = "m" };
}
