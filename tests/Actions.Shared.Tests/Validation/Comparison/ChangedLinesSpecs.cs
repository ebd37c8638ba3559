using Actions.Shared.Findings;
using Actions.Shared.Validation.Comparison;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Validation.Comparison;

public sealed class ChangedLinesSpecs
{
    private const string Changed =
        """
        diff --git a/k8s/web.yaml b/k8s/web.yaml
        index 1111111..2222222 100644
        --- a/k8s/web.yaml
        +++ b/k8s/web.yaml
        @@ -3 +3 @@ metadata:
        -  name: a
        +  name: b
        @@ -10,0 +11,2 @@
        +    x: 1
        +    y: 2
        @@ -20,2 +22,0 @@
        -    limits:
        -      cpu: 1

        """;

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(4, 10, false)]
    [InlineData(11, 11, true)]
    [InlineData(12, 12, true)]
    [InlineData(13, 99, false)]
    [InlineData(1, 99, true)]
    public void Added_and_changed_lines_are_touched(int first, int last, bool expected) =>
        ChangedLines.Parse(Changed).Touches("k8s/web.yaml", new TextRegion(first, 1, last, 5)).ShouldBe(expected);

    [Theory]
    [InlineData(21, 21, false)]
    [InlineData(20, 22, true)]
    [InlineData(22, 22, true)]
    [InlineData(23, 30, false)]
    [InlineData(1, 12, false)]
    public void Removed_lines_lie_behind_the_line_before_them(int first, int last, bool expected) =>
        ChangedLines.Parse(Changed).HasRemovals("k8s/web.yaml", first, last).ShouldBe(expected);

    [Fact]
    public void Another_file_is_not_touched()
    {
        var changes = ChangedLines.Parse(Changed);
        changes.Files.ShouldBe(["k8s/web.yaml"]);
        changes.Touches("k8s/other.yaml", new TextRegion(1, 1, 99, 1)).ShouldBeFalse();
        changes.Contains("k8s/other.yaml").ShouldBeFalse();
    }

    [Theory]
    [InlineData("diff --git a/n.yaml b/n.yaml\nnew file mode 100644\nindex 000..111\n--- /dev/null\n+++ b/n.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\n", "n.yaml", null, 2)]
    [InlineData("diff --git a/old.yaml b/new.yaml\nsimilarity index 90%\nrename from old.yaml\nrename to new.yaml\n--- a/old.yaml\n+++ b/new.yaml\n@@ -1 +1 @@\n-a\n+b\n", "new.yaml", "old.yaml", 1)]
    [InlineData("diff --git a/a b.yaml b/a b.yaml\n--- a/a b.yaml\t\n+++ b/a b.yaml\t\n@@ -1 +1 @@\n-a\n+b\n", "a b.yaml", null, 1)]
    [InlineData("diff --git \"a/\\303\\244.yaml\" \"b/\\303\\244.yaml\"\n--- \"a/\\303\\244.yaml\"\n+++ \"b/\\303\\244.yaml\"\n@@ -0,0 +1 @@\n+b\n", "ä.yaml", null, 1)]
    [InlineData("--- \"a/q\\\"\\t\\\\.yaml\"\n+++ \"b/q\\\"\\t\\\\.yaml\"\n@@ -0,0 +1 @@\n+b\n", "q\"\t\\.yaml", null, 1)]
    [InlineData("--- a/x.yaml\r\n+++ b/x.yaml\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n", "x.yaml", null, 1)]
    [InlineData("--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n", "x.yaml", null, 1)]
    [InlineData("--- a/x.yaml\n+++ b/x.yaml\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n", "x.yaml", null, 2)]
    public void Every_kind_of_change_is_read(string diff, string file, string? oldPath, int touched)
    {
        var changes = ChangedLines.Parse(diff);
        changes.Files.ShouldBe([file]);
        changes.OldPath(file).ShouldBe(oldPath);
        changes.Touches(file, new TextRegion(touched, 1, touched, 2)).ShouldBeTrue();
        changes.Touches(file, new TextRegion(touched + 1, 1, touched + 9, 2)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("diff --git a/d.yaml b/d.yaml\ndeleted file mode 100644\n--- a/d.yaml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n")]
    [InlineData("diff --git a/p.png b/p.png\nindex 1..2 100644\nBinary files a/p.png and b/p.png differ\n")]
    [InlineData("diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n")]
    [InlineData("")]
    public void What_leaves_no_lines_behind_touches_nothing(string diff) => ChangedLines.Parse(diff).Files.ShouldBeEmpty();

    [Fact]
    public void A_renamed_file_without_a_changed_line_touches_none()
    {
        var changes = ChangedLines.Parse("diff --git a/o.yaml b/n.yaml\nsimilarity index 100%\nrename from o.yaml\nrename to n.yaml\n");
        changes.Contains("n.yaml").ShouldBeTrue();
        changes.Touches("n.yaml", new TextRegion(1, 1, 99, 1)).ShouldBeFalse();
    }

    [Fact]
    public void Content_is_never_taken_for_a_header()
    {
        var changes = ChangedLines.Parse("--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,3 @@\n--- a/evil.yaml\n-@@ -1 +1 @@\n+++ b/evil.yaml\n+@@ -5 +50 @@\n+diff --git a/e b/e\n");
        changes.Files.ShouldBe(["x.yaml"]);
        changes.Touches("x.yaml", new TextRegion(50, 1, 50, 2)).ShouldBeFalse();
        changes.Touches("x.yaml", new TextRegion(3, 1, 3, 2)).ShouldBeTrue();
    }

    [Fact]
    public void A_file_with_very_many_changes_counts_as_changed_everywhere()
    {
        var hunks = string.Concat(Enumerable.Range(1, ChangedLines.MaxStretches + 1).Select(i => $"@@ -{2 * i} +{2 * i} @@\n-a\n+b\n"));
        ChangedLines.Parse("--- a/x.yaml\n+++ b/x.yaml\n" + hunks).Touches("x.yaml", new TextRegion(1_000_001, 1, 1_000_001, 2)).ShouldBeTrue();
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        var piece = Gen.Elements(
            "diff --git a/x b/x\n", "--- a/x\n", "+++ b/x\n", "+++ /dev/null\n", "@@ -1 +1 @@\n", "@@ -1,2 +3,0 @@\n", "@@ -9 +2147483647,3 @@\n", "@@ -0,0 +1,2147483647 @@\n",
            "@@ -, + @@", "+a\n", "-b\n", " c\n", "\n", "\r", "\\ No newline\n", "rename from a\n", "rename to b\n", "rename to ", "+++ \"b/\\30", "+++ \"\\", "+++ \"", "\"", "\t", "Binary files\n", "\ud800", "@@ @@ +", "GIT binary patch\n");
        Prop.ForAll(piece.ArrayOf().ToArbitrary(), pieces =>
        {
            var changes = ChangedLines.Parse(string.Concat(pieces));
            return changes.Files.All(f => changes.Contains(f) && (changes.Touches(f, new TextRegion(1, 1, int.MaxValue, 1)) || true));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => ChangedLines.Parse(text ?? "").Files.Count >= 0).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void Exactly_the_added_lines_are_touched()
    {
        var lines = Gen.Elements(true, false).ArrayOf(30);
        Prop.ForAll(lines.ToArbitrary(), isAdded =>
        {
            var hunks = isAdded.Index().Where(l => l.Item).Select(l => $"@@ -{l.Index + 1},0 +{l.Index + 1} @@\n+x\n");
            var changes = ChangedLines.Parse("--- a/x\n+++ b/x\n" + string.Concat(hunks));
            return isAdded.Index().All(l => changes.Touches("x", new TextRegion(l.Index + 1, 1, l.Index + 1, 9)) == l.Item);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }
}
