using Actions.Shared.Findings;
using Actions.Shared.GitHub;

namespace Actions.Shared.Tests.GitHub;

public sealed class AnnotationBudgetSpecs
{
    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(9, 9, null)]
    [InlineData(10, 10, null)]
    [InlineData(11, 10, "2 more errors, see the summary")]
    [InlineData(500, 10, "491 more errors, see the summary")]
    public void Of_more_than_ten_nine_are_shown_and_the_rest_is_counted(int count, int shown, string? last)
    {
        var selected = AnnotationBudget.Select(Many(Severity.Error, count));

        selected.Count.ShouldBe(shown);
        if (last is not null)
            selected[^1].ShouldBe(new Annotation(Severity.Error, last));
    }

    [Fact]
    public void Each_severity_has_its_own_ten_and_the_worst_comes_first()
    {
        var selected = AnnotationBudget.Select(
            [.. Many(Severity.Info, 12), .. Many(Severity.Warning, 12), .. Many(Severity.Error, 3)]);

        selected.Select(a => a.Severity).ShouldBe(
            [.. Enumerable.Repeat(Severity.Error, 3), .. Enumerable.Repeat(Severity.Warning, 10), .. Enumerable.Repeat(Severity.Info, 10)]);
        selected[12].Message.ShouldBe("3 more warnings, see the summary");
        selected[22].Message.ShouldBe("3 more notices, see the summary");
    }

    [Fact]
    public void While_there_is_room_the_order_of_arrival_makes_no_difference()
    {
        var all = Many(Severity.Error, 10).Concat(Many(Severity.Warning, 10)).ToArray();
        var expected = AnnotationBudget.Select(all);

        foreach (var seed in Enumerable.Range(0, 20))
        {
            var shuffled = all.ToArray();
            new Random(seed).Shuffle(shuffled);
            AnnotationBudget.Select(shuffled).ShouldBe(expected);
        }
    }

    [Fact]
    public void When_room_is_short_those_that_came_first_are_shown_after_those_about_the_whole_run()
    {
        var all = Many(Severity.Error, 30).Reverse().Append(new(Severity.Error, "run")).ToArray();

        AnnotationBudget.Select(all).Take(9).Select(a => a.Message).ShouldBe(["run", "m28", "m29", "m23", "m30", "m24", "m25", "m26", "m27"]);
    }

    [Theory]
    [InlineData(4, 6, 6, null)]
    [InlineData(4, 7, 6, "2 more errors, see the summary")]
    [InlineData(9, 2, 1, "2 more errors, see the summary")]
    [InlineData(10, 5, 0, null)]
    public void What_was_emitted_before_counts(int before, int count, int shown, string? last)
    {
        var selected = AnnotationBudget.Select(Many(Severity.Error, count), _ => before);

        selected.Count.ShouldBe(shown);
        if (last is not null)
            selected[^1].Message.ShouldBe(last);
    }

    [Fact]
    public void A_repeat_is_shown_once() =>
        AnnotationBudget.Select([new(Severity.Error, "same"), new(Severity.Error, "same")]).Count.ShouldBe(1);

    [Fact]
    public void What_is_about_the_whole_run_comes_before_files_in_order_of_place() =>
        AnnotationBudget.Select(
        [
            new(Severity.Error, "4") { Location = new("b") },
            new(Severity.Error, "3") { Location = new("a", new(10, 1, 10, 2)) },
            new(Severity.Error, "2") { Location = new("a", new(9, 1, 9, 2)) },
            new(Severity.Error, "1"),
        ]).Select(a => a.Message).ShouldBe(["1", "2", "3", "4"]);

    private static IEnumerable<Annotation> Many(Severity severity, int count) =>
        Enumerable.Range(1, count).Select(i => new Annotation(severity, $"m{i}") { Location = new($"f{i % 7}", new(i, 1, i, 2)) });
}
