using System.Globalization;

namespace Actions.Shared.Plans;

/// <summary>Says in one sentence what a plan will do, the gravest first.</summary>
public static class PlanSentence
{
    /// <summary>For example <c>2 resources will be destroyed and 1 replaced in prod</c>; no full stop. The text is not escaped.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">Where, and how it was made.</param>
    public static string Of(Plan plan, PlanContext context)
    {
        var where = context.Name.Length == 0 ? "" : $" in {context.Name}";
        var counts = plan.Counts;
        if (context.Mode == PlanMode.RefreshOnly)
        {
            var (objects, outputs) = (counts.Drift, counts.Outputs);
            return (objects, outputs) switch
            {
                (0, 0) => plan.IsErrored ? $"The plan has failed{where}" : $"The state is up to date{where}",
                (0, _) => $"{Count(outputs, "output")} will be updated in the state{where}",
                _ => $"{Count(objects, "resource")} {(outputs > 0 ? $"and {Count(outputs, "output")} " : "")}will be updated in the state{where}",
            };
        }

        var text = Of(counts);
        if (plan.IsErrored)
            return text.Length == 0 ? $"The plan has failed{where}" : $"The plan has failed{where}; as far as it goes, {text}";
        return text.Length == 0 ? $"No changes{where}" : text + where;
    }

    /// <summary>The counts as a clause, for example <c>1 resource will be replaced, 2 updated and 3 created</c>; empty when there are none.</summary>
    public static string Of(PlanCounts counts)
    {
        (int Number, string Verb)[] objects =
        [
            (counts.Unknown, "changed in a way that is not known"), (counts.Delete, "destroyed"), (counts.Replace, "replaced"), (counts.Forget, "forgotten"), (counts.Update, "updated"),
            (counts.Create, "created"), (counts.Import, "imported"), (counts.Move, "moved"),
        ];
        var parts = objects.Where(o => o.Number > 0).Select((o, i) => i == 0 ? $"{Count(o.Number, "resource")} will be {o.Verb}" : $"{Number(o.Number)} {o.Verb}").ToList();
        if (counts.Outputs > 0)
            parts.Add(parts.Count == 0 ? $"{Count(counts.Outputs, "output")} will change" : $"{Count(counts.Outputs, "output")} changed");
        if (counts.Actions > 0)
            parts.Add(parts.Count == 0 ? $"{Count(counts.Actions, "action")} will be invoked" : $"{Count(counts.Actions, "action")} invoked");
        if (counts.Deferred > 0)
            parts.Add(parts.Count == 0 ? $"{Count(counts.Deferred, "resource")} will be left for the next plan" : $"{Number(counts.Deferred)} left for the next plan");
        return parts.Count switch
        {
            0 => "",
            1 => parts[0],
            _ => $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}",
        };
    }

    internal static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Count(int value, string noun) => $"{Number(value)} {noun}{(value == 1 ? "" : "s")}";
}

/// <summary>How a plan was made.</summary>
public enum PlanMode
{
    /// <summary>To reach what the configuration says.</summary>
    Normal,

    /// <summary>To destroy everything (<c>-destroy</c>).</summary>
    Destroy,

    /// <summary>To bring the state up to date (<c>-refresh-only</c>).</summary>
    RefreshOnly,
}

/// <summary>What a plan does not say about itself.</summary>
public sealed record PlanContext
{
    /// <summary>What people call the root, for example <c>prod</c> or <c>infra/network</c>; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>The directory of the root, relative to the workspace, with forward slashes; <c>.</c> by default.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>The workspace of Terraform; empty or <c>default</c> is not shown.</summary>
    public string Workspace { get; init; } = "";

    /// <summary>What the tool is called, for example <c>Terraform</c> or <c>OpenTofu</c>.</summary>
    public string Tool { get; init; } = "Terraform";

    /// <summary>How the plan was made.</summary>
    public PlanMode Mode { get; init; }

    /// <summary>The <c>-target</c> and <c>-exclude</c> options, as they were given.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The commit that was planned; may be empty.</summary>
    public string Commit { get; init; } = "";

    /// <summary>The digest of the plan; may be empty.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The address of the run, or of the full report; may be empty.</summary>
    public string ReportUrl { get; init; } = "";
}
