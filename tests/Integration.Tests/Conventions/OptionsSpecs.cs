using System.Reflection;
using Actions.Shared.Hosting;
using ActionManifest = Integration.Tests.Harness.ActionManifest;
using ProgramManifest = Actions.Shared.Hosting.ActionManifest;

namespace Integration.Tests.Conventions;

/// <summary>The inputs and outputs in action.yml are those that the program declares. UPDATE_DOCS=1 (make docs) rewrites instead of failing.</summary>
public class OptionsSpecs
{
    public static TheoryData<string> Actions => [.. Harness.Repository.Actions];

    [Theory]
    [MemberData(nameof(Actions))]
    public void An_action_file_declares_what_its_program_reads_and_writes(string action)
    {
        var path = ActionManifest.PathOf(action);
        var text = File.ReadAllText(path);

        Updating.ShouldBeUpToDate(path, text, ActionDocuments.WithDeclarations(text, Declared(Describe(action))));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_program_goes_by_the_name_of_its_folder(string action) => Describe(action).Name.ShouldBe(action);

    private static ActionManifest Declared(ProgramManifest program) => new()
    {
        Inputs = program.Options.ToDictionary(option => option.Name, option => new ActionManifest.InputDeclaration
        {
            Description = option.Description,
            Required = option.IsRequired,
            Default = option.IsRequired ? null : option.ActionDefault ?? (option.IsSecret ? null : option.Default),
        }),
        Outputs = program.Outputs.ToDictionary(output => output.Name, output => new ActionManifest.OutputDeclaration { Description = output.Description }),
    };

    private static ProgramManifest Describe(string action)
    {
        var programs =
            from type in Assembly.Load(action).GetTypes()
            from property in type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(ActionProgram<>)
            select property;
        var program = programs.ShouldHaveSingleItem($"the assembly {action} must have one static property of type ActionProgram<TOptions>");
        var describe = typeof(ActionHost).GetMethod(nameof(ActionHost.Describe))!.MakeGenericMethod(program.PropertyType.GenericTypeArguments);
        return (ProgramManifest)describe.Invoke(null, [program.GetValue(null)])!;
    }
}
