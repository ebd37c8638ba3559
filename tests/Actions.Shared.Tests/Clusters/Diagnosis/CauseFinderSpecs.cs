using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Tests.Clusters.Health;

namespace Actions.Shared.Tests.Clusters.Diagnosis;

/// <summary>
/// Rollouts as clusters show them, in <c>fixtures</c>: <c>### CAUSE CERTAINTY: title</c> or <c>### none: title</c>, then the sentence, the field that it
/// points at and the log to show.
/// </summary>
public class CauseFinderSpecs
{
    private static readonly IReadOnlyList<ClusterCase> Cases = ClusterCase.ReadAll("Diagnosis");

    public static TheoryData<string> Titles => [.. Cases.Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_rollout_has_the_cause_of_the_table(string title)
    {
        var example = Cases.Single(c => c.ToString() == title);

        var cause = Find(example);

        Describe(cause).ShouldBe(string.Join('\n', new[]
        {
            example.Expected,
            example.Settings.GetValueOrDefault("message"),
            example.Settings.GetValueOrDefault("pointer"),
            example.Settings.GetValueOrDefault("log"),
        }.Where(l => l is not null)));
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void The_order_of_objects_and_events_does_not_matter(string title)
    {
        var example = Cases.Single(c => c.ToString() == title);
        var reversed = example with { Objects = [example.Subject, .. example.Objects.Skip(1).Reverse()] };

        Describe(Find(reversed)).ShouldBe(Describe(Find(example)));
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_cause_is_a_sentence_and_says_what_to_do(string title)
    {
        if (Find(Cases.Single(c => c.ToString() == title)) is not { } cause)
        {
            return;
        }

        cause.Message.ShouldNotEndWith(".");
        cause.Message.ShouldNotContain("  ");
        char.IsUpper(cause.Message[0]).ShouldBeTrue();
        cause.Hint.ShouldEndWith(".");
        cause.Events.ShouldAllBe(e => e.Last >= ClusterCase.Applied);
    }

    [Fact]
    public void Every_kind_of_cause_has_a_rollout() =>
        Enum.GetValues<CauseKind>().Except([CauseKind.PortInUse, CauseKind.FileSystemReadOnly])
            .Select(k => k.Id()).Except(Cases.Select(c => c.Expected.Split(' ')[0])).ShouldBeEmpty();

    [Fact]
    public void A_container_that_is_not_in_the_manifest_is_called_so()
    {
        var cause = Find(Cases.Single(c => c.Title == "a container that a webhook injected"))!;

        cause.Pointer.ShouldBeNull();
        cause.Hint.ShouldEndWith("The manifest has no such container: something in the cluster adds it to pods.");
    }

    [Fact]
    public void Text_of_the_cluster_is_quoted_on_one_line_without_control_characters()
    {
        var pod = ClusterCase.Parse("""
            kind: Pod
            metadata: {name: one}
            spec: {nodeName: n1, containers: [{name: app, image: "x\e[31m:1"}]}
            status: {phase: Pending, containerStatuses: [{name: app, state: {waiting: {reason: CreateContainerError, message: "a\r\n::error::b\e[31m\u0007c"}}}]}
            """);

        var cause = CauseFinder.Find(new(pod[0], new(pod)))!;

        cause.Message.ShouldBe("Container app of Pod shop/one cannot start: a ::error::b␇c");
    }

    private static Cause? Find(ClusterCase example) =>
        CauseFinder.Find(new(example.Subject, example.Family) { Events = example.Events, Since = ClusterCase.Applied });

    private static string Describe(Cause? cause)
    {
        if (cause is null)
        {
            return "none";
        }

        var lines = new List<string> { $"{cause.Kind.Id()} {cause.Certainty.ToString().ToLowerInvariant()}", cause.Message };
        if (cause.Pointer is { Length: > 0 } pointer)
        {
            lines.Add(pointer);
        }

        if (cause.Log is { } log)
        {
            lines.Add($"{log.Pod}/{log.Container}{(log.Previous ? " previous" : "")}");
        }

        return string.Join('\n', lines);
    }
}
