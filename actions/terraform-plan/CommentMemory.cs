using Actions.Shared.GitHub.Rest;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>What our comment on the pull request tells about the plans before this one.</summary>
/// <param name="Approved">What was planned, and so may be applied; all jobs together.</param>
/// <param name="Last">What the last plans would have done.</param>
internal sealed record CommentMemory(IReadOnlyList<ApprovedPlan> Approved, IReadOnlyList<LastPlan> Last)
{
    /// <summary>That of a pull request without a comment.</summary>
    public static CommentMemory Empty { get; } = new([], []);

    /// <summary>Reads it; empty where there is no pull request.</summary>
    /// <exception cref="GitHubException">GitHub does not tell.</exception>
    public static async Task<CommentMemory> ReadAsync(TerraformPlanOptions options, GitHubSession github, CancellationToken cancellation) =>
        github.IsAvailable && github.Number > 0
            ? Of((await new StickyComments(github.Client, github.Repository).ReadSectionsAsync(github.Number, PlanComment.Marker(options), cancellation)).Select(s => s.Detail))
            : Empty;

    /// <summary>What sections tell.</summary>
    public static CommentMemory Of(IEnumerable<string> sections)
    {
        var all = sections.ToArray();
        return new CommentMemory([.. all.SelectMany(ApprovedPlan.Read)], [.. all.SelectMany(LastPlan.Read)]);
    }

    /// <summary>
    /// What was approved of a root. A root may be in the sections of several jobs when they were divided otherwise before: then the plan of <paramref name="sha"/> counts.
    /// </summary>
    public ApprovedPlan? ApprovedOf(RootResult root, string sha) =>
        Approved.Where(a => a.Root == root.Root.Path && a.Workspace == root.Workspace).OrderByDescending(a => a.Sha == sha).FirstOrDefault();

    /// <summary>The last plan of a root.</summary>
    public LastPlan? LastOf(RootResult root) => Last.FirstOrDefault(l => l.Root == root.Root.Path && l.Workspace == root.Workspace);
}
